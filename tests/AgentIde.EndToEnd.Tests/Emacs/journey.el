;;; journey.el --- A person's way through Emacs -*- lexical-binding: t; -*-

;; Start a run by a code action, wait for the notes, open the best node, read what ElDoc says, apply it by a code
;; action, take it back by undo, apply it by the command, edit a line by hand, and see that blame survives.
;;
;;   emacs --batch -l journey.el
;;
;; From the environment, beside what person.el wants: AGENTIDE_TASK (path of task.yaml), AGENTIDE_JOURNEY_SECONDS (for
;; the run, 300).

;;; Code:

(load (expand-file-name "person.el" (file-name-directory load-file-name)) nil t)

(defvar journey-run-seconds (string-to-number (or (getenv "AGENTIDE_JOURNEY_SECONDS") "300")))

(defun journey ()
  (agentide-mode 1)
  (let* ((task (find-file (getenv "AGENTIDE_TASK")))
         (solution-path (expand-file-name "solution.py" (file-name-directory (getenv "AGENTIDE_TASK"))))
         node solution best line other before)
    (journey-saw "mode" (symbol-name major-mode))
    (journey-wait "the server" 120 #'eglot-managed-p)
    (journey-saw "server" (plist-get (eglot--server-info (eglot-current-server)) :name))

    ;; The same server has the task's C#, and leaves what is of no task alone.
    (let ((folder (file-name-directory (getenv "AGENTIDE_TASK")))
          (server (eglot-current-server)))
      (write-region "var x = 1;\n" nil (expand-file-name "solution.cs" folder) nil 'quiet)
      (write-region "x = 1\n" nil (expand-file-name "../../tool.py" folder) nil 'quiet)
      (with-current-buffer (find-file-noselect (expand-file-name "solution.cs" folder))
        (journey-saw "csharp" (if (and (eglot-managed-p) (eq (eglot-current-server) server)) t :false)))
      (with-current-buffer (find-file-noselect (expand-file-name "../../tool.py" folder))
        (journey-saw "tool" (if (eglot-managed-p) t :false))))

    (journey-saw "actionsAtFirst" (journey-choose task "Start a run"))
    (journey-saw "firstStatus" (journey-wait "the state of the run" journey-run-seconds (lambda () (journey-status task))))
    (journey-saw "lastStatus"
                 (journey-wait "the end of the run" journey-run-seconds
                               (lambda ()
                                 (let ((now (journey-status task)))
                                   (and (string-match-p "; finished:" now) now)))))
    (string-match (rx "(node " (group (+ digit)) ")") (gethash "lastStatus" journey-seen))
    (setq best (match-string 1 (gethash "lastStatus" journey-seen)))
    (journey-saw "best" (string-to-number best))
    (journey-saw "hoverOnTask"
                 (journey-hover task (plist-get (car (journey-notes task)) :line)))

    (journey-saw "actionsAtEnd" (journey-choose task "Open the best node"))
    (setq node (journey-wait "the node's document" 120
                             (lambda ()
                               (let ((shown (window-buffer)))
                                 (and (not (eq shown task)) (buffer-file-name shown) (journey-notes shown) shown)))))
    (journey-saw "nodeDocument" (buffer-file-name node))
    (journey-saw "nodeIsReadOnly" (buffer-local-value 'buffer-read-only node))
    (journey-saw "thoughts" (vconcat (journey-notes node)))
    (setq other (plist-get (car (journey-notes node)) :line))
    (journey-saw "hoverInNode" (journey-hover node other))

    ;; Applied by a code action, taken back by undo, applied again by the command.
    (journey-choose task "Apply the best node")
    (setq solution (journey-wait "the solution" 120
                                 (lambda ()
                                   (let ((buffer (find-buffer-visiting solution-path)))
                                     (and buffer (> (buffer-size buffer) 0) (journey-notes buffer) buffer)))))
    (journey-wait "the first application" 120 (lambda () (journey-told "Undo takes it back")))
    (journey-saw "appliedIsNode" (equal (journey-text solution) (journey-text node)))
    (with-current-buffer solution
      (undo-boundary) ; as the command loop sets it after each command
      (undo-only)
      (journey-saw "undone" (journey-text solution)))
    (switch-to-buffer task)
    (setq journey-messages nil)
    (agentide-apply)
    (journey-wait "the second application" 120 (lambda () (journey-told "Undo takes it back")))
    (journey-saw "appliedAgain" (equal (journey-text solution) (journey-text node)))
    (setq line (journey-wait "a thought of the best node" 120
                             (lambda ()
                               (plist-get (seq-find (lambda (note)
                                                      (string-match-p (format "(node %s)" best) (plist-get note :message)))
                                                    (journey-notes solution))
                                          :line))))
    (journey-saw "hoverBefore" (journey-hover solution line))

    ;; The file then holds a person's work: applying must not touch it.
    (switch-to-buffer solution)
    (goto-char (point-min))
    (forward-line (1- line))
    (insert "# changed by hand\n")
    (end-of-line)
    (insert "  # and this too")
    (journey-saw "hoverOnEdited" (journey-hover solution (1+ line)))
    (setq before (journey-text solution)
          journey-messages nil)
    (agentide-apply)
    (journey-saw "refusal" (journey-wait "the refusal" 120 (lambda () (journey-told "holds work of yours"))))
    (journey-saw "handWorkKept" (equal before (journey-text solution)))
    (with-current-buffer solution
      (save-buffer))

    ;; What is no longer possible is told; the list of runs says the rest.
    (agentide-pause)
    (journey-saw "told" (journey-wait "an answer" 120 (lambda () (journey-told "is not running any more"))))
    (agentide-runs)
    (journey-saw "runs" (journey-text (current-buffer)))
    (goto-char (point-min))
    (agentide-runs-open)
    (journey-wait "the best node" 120 (lambda () (eq (window-buffer) node)))
    (agentide-thought)
    (journey-saw "thoughtDocument"
                 (journey-wait "the thought" 120
                               (lambda ()
                                 (let ((shown (buffer-file-name (window-buffer))))
                                   (and shown (string-suffix-p ".md" shown) shown)))))

    ;; Two nodes beside each other: by the command where the server has it, else by the function that it would call.
    (switch-to-buffer task)
    (agentide-open 1)
    (let* ((first (journey-wait "node 1" 120
                                (lambda ()
                                  (let ((shown (buffer-file-name (window-buffer))))
                                    (and shown (string-suffix-p "view/1/solution.py" shown) shown))))))
      (with-current-buffer (find-buffer-visiting first)
        (journey-saw "here" (format "%S" (agentide--here))))
      (agentide-compare-as-diff first (buffer-file-name node) "two nodes")
      (journey-saw "diff" (journey-text (current-buffer)))
      (journey-saw "diffMode" (symbol-name major-mode)))
    (switch-to-buffer task)
    (let ((steers (agentide--offers-p (agentide--server) "agentide.node.compare")))
      (journey-saw "steers" (if steers t :false))
      (when steers
        (agentide-compare (string-to-number best) 1)
        (journey-saw "compared"
                     (journey-wait "the comparison" 120
                                   (lambda ()
                                     (with-current-buffer (window-buffer)
                                       (and (derived-mode-p 'diff-mode) (journey-text (current-buffer)))))))
        (setq journey-messages nil)
        (agentide-hint "try a log target")
        (journey-saw "lateHint" (journey-wait "an answer" 120 (lambda () (journey-told "agentide: "))))))
    (agentide-mode -1)
    (journey-saw "managedAtEnd" (if (agentide--servers) t :false))))

(journey-play #'journey)
;;; journey.el ends here
