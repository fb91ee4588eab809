;;; task.el --- A folder of data becomes a task, in Emacs -*- lexical-binding: t; -*-

;; From the environment, beside what person.el wants: AGENTIDE_DATA (the folder), AGENTIDE_LABEL (what is answered when
;; Emacs asks which column is to be predicted).

;;; Code:

(load (expand-file-name "person.el" (file-name-directory load-file-name)) nil t)

(journey-play
 (lambda ()
   (let* ((data (getenv "AGENTIDE_DATA"))
          (completing-read-function
           (lambda (_prompt candidates &rest _)
             (journey-saw "candidates" (vconcat candidates))
             (getenv "AGENTIDE_LABEL"))))
     (condition-case problem
         (agentide-task data)
       (user-error (journey-saw "told" (error-message-string problem))))
     (unless (gethash "told" journey-seen)
       (journey-wait "the task" 120 (lambda ()
                                     (let ((shown (window-buffer)))
                                       (and (equal (buffer-file-name shown) (expand-file-name "task.yaml" data))
                                            (> (buffer-size shown) 0)))))
       (journey-saw "text" (journey-text (window-buffer)))
       (journey-saw "actions" (journey-choose (window-buffer) ""))

       ;; Where nothing has been run that is said; where the server has died a command brings it back.
       (let ((task (window-buffer))
             (eglot-autoreconnect nil))
         (agentide-runs)
         (journey-saw "noRuns" (or (journey-told "there is no run here yet: M-x agentide-start") :false))
         (switch-to-buffer task)
         (delete-process (jsonrpc--process (eglot-current-server)))
         (journey-wait "its end" 120 (lambda () (not (eglot-managed-p))))
         (agentide--server)
         (journey-saw "again" (if (eglot-managed-p) t :false)))))))
;;; task.el ends here
