;;; person.el --- What a person sees and does in Emacs, for the tests -*- lexical-binding: t; -*-

;; From the environment: AGENTIDE_SERVER (the server's command as a JSON list), AGENTIDE_EL (path of agentide.el).

;;; Code:

(package-initialize)
(load (getenv "AGENTIDE_EL") nil t)

(defvar journey-seen (make-hash-table :test #'equal))
(defvar journey-messages nil)

(defun journey-saw (name value)
  (puthash name value journey-seen)
  value)

(defun journey-wait (what seconds condition)
  (let ((until (+ (float-time) seconds)) value)
    (while (not (setq value (funcall condition)))
      (when (> (float-time) until)
        (error "Waited in vain for %s; told: %S" what journey-messages))
      (accept-process-output nil 0.02))
    value))

(defun journey-text (buffer)
  (with-current-buffer buffer
    (buffer-substring-no-properties (point-min) (point-max))))

;; Emacs asks Flymake's backends, and tells the server of changes, from its command loop, which a batch has not.
(defun journey-notes (buffer)
  (with-current-buffer buffer
    (when (eglot-managed-p)
      (eglot--signal-textDocument/didChange))
    (flymake-start)
    (sort (mapcar (lambda (note)
                    (list :line (line-number-at-pos (flymake-diagnostic-beg note))
                          :message (flymake-diagnostic-text note)))
                  (flymake-diagnostics))
          (lambda (one other) (< (plist-get one :line) (plist-get other :line))))))

(defun journey-status (buffer)
  (seq-some (lambda (note)
              (and (string-match (rx "agentide [run]: " (group (* nonl))) (plist-get note :message))
                   (match-string 1 (plist-get note :message))))
            (journey-notes buffer)))

(defun journey-hover (buffer line)
  (switch-to-buffer buffer)
  (goto-char (point-min))
  (forward-line (1- line))
  (let (said)
    (eglot-hover-eldoc-function (lambda (text &rest _) (setq said (list text))))
    (journey-wait "hover" 120 (lambda ()
                               (eglot--signal-textDocument/didChange)
                               said))
    (and (car said) (substring-no-properties (car said)))))

;; Chooses from the menu that `eglot-code-actions' shows.
(defun journey-choose (buffer title)
  (switch-to-buffer buffer)
  (let* (titles
         (last-nonmenu-event ?a)
         (completing-read-function
          (lambda (_prompt items &rest _)
            (setq titles (mapcar #'car items))
            (or (seq-find (lambda (item) (string-prefix-p title item)) titles)
                (error "No action %s in %S" title titles)))))
    (call-interactively #'eglot-code-actions)
    (vconcat titles)))

(defun journey-told (text)
  (seq-find (lambda (told) (string-match-p (regexp-quote text) told)) journey-messages))

(defun journey-play (journey)
  "Prints one JSON object of what was seen; exit code 1 and an `error' in it where something did not come."
  (advice-add #'message :before
              (lambda (form &rest arguments)
                (when form (push (substring-no-properties (apply #'format-message form arguments)) journey-messages))))
  (setq agentide-command (append (json-parse-string (getenv "AGENTIDE_SERVER")) nil)
        inhibit-message t
        make-backup-files nil
        create-lockfiles nil)
  (let ((problem (condition-case problem
                     (progn (funcall journey) nil)
                   (error (error-message-string problem)))))
    (when problem
      (journey-saw "error" problem))
    (princ (concat (json-serialize journey-seen :false-object :false) "\n"))
    (kill-emacs (if problem 1 0))))
;;; person.el ends here
