;;; pull-request.el --- A run becomes a pull request, in Emacs -*- lexical-binding: t; -*-

;; From the environment, beside what person.el wants: AGENTIDE_TASK (path of task.yaml), whose run has finished.

;;; Code:

(load (expand-file-name "person.el" (file-name-directory load-file-name)) nil t)

(journey-play
 (lambda ()
   (agentide-mode 1)
   (let ((task (find-file (getenv "AGENTIDE_TASK"))))
     (journey-wait "the server" 120 #'eglot-managed-p)
     (switch-to-buffer task)
     (agentide-pull-request)
     (let ((shown (journey-wait "what would be proposed" 60
                                (lambda ()
                                  (let ((buffer (window-buffer)))
                                    (and (string-suffix-p "/pull-request.md" (or (buffer-file-name buffer) "")) buffer))))))
       (journey-saw "shown" (journey-text shown))
       (journey-saw "told" (journey-wait "the way on" 60 (lambda () (journey-told "Nothing was sent."))))
       (journey-saw "actions" (journey-choose shown "Open this pull request")))
     (journey-saw "opened" (journey-wait "what was opened" 60 (lambda () (journey-told "Pull request "))))
     (agentide-mode -1))))
;;; pull-request.el ends here
