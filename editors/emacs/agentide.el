;;; agentide.el --- A machine-learning engineer in the editor -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1") (eglot "1.9"))
;; Keywords: languages, tools

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; AgentIde for Emacs, by Eglot: thoughts as Flymake notes, thought blame in
;; ElDoc, code actions by `eglot-code-actions', and a command for all else.
;;
;;   (require 'agentide)
;;   (setq agentide-command '("/path/to/agentide" "lsp"))
;;   (agentide-mode 1)
;;
;; No key is bound.  All commands are in a keymap that you may bind:
;;
;;   (global-set-key (kbd "C-c a") 'agentide-command-map)
;;
;; Eglot speaks to one server in a buffer: in the files of a task that is
;; AgentIde's; all other files are left to whoever serves them.

;;; Code:

(require 'cl-lib)
(require 'diff)
(require 'eglot)
(require 'jsonrpc)
(require 'project)
(require 'tabulated-list)
(require 'url-parse)
(require 'url-util)

(defgroup agentide nil
  "A machine-learning engineer that works on tasks of this workspace."
  :group 'tools
  :prefix "agentide-")

(defcustom agentide-command '("agentide" "lsp")
  "The server and its arguments."
  :type '(repeat string))

(defcustom agentide-compare-function #'agentide-compare-as-diff
  "What shows two nodes side by side: called with two paths and a title."
  :type '(choice (const :tag "A diff in a buffer" agentide-compare-as-diff)
                 (const :tag "Ediff" agentide-compare-by-ediff)
                 function))

(defclass agentide-server (eglot-lsp-server) ()
  :documentation "AgentIde's language server.")

(defconst agentide--modes
  '(conf-colon-mode yaml-mode yaml-ts-mode python-mode python-ts-mode
                    csharp-mode csharp-ts-mode text-mode markdown-mode
                    gfm-mode)
  "Major modes that files of a task and of its nodes are shown in.")

(defconst agentide--documents
  (rx (or "/task.yaml" "/.agentide/HINT.md" ".py" ".cs"
          (seq "/view/" (+ digit) "/" (+ (not (any "/"))) (or ".md" ".txt")))
      eos)
  "Names of the files that the server is told of.")

(defconst agentide--view
  (rx "/.agentide/runs/" (group (+ (not (any "/")))) "/view/"
      (group (+ digit)) "/" (+ (not (any "/"))) eos)
  "Names of the documents of nodes, with their run and node.")


;;; Which files are ours, and in which workspace

(defun agentide--task-folder (path)
  "Return the folder of the task that PATH lies in, or nil."
  (locate-dominating-file path "task.yaml"))

(defun agentide--ours-p (path)
  "Tell whether PATH is a file of a task, a document of a node, or HINT.md."
  (and path
       (not (file-remote-p path))
       (or (string-match-p agentide--view path)
           (string-match-p (rx (or "/task.yaml" "/.agentide/HINT.md") eos) path)
           (agentide--task-folder path))))

(defun agentide--root (path)
  "Return the workspace of PATH: the nearest that has been run in, else .git's."
  (file-name-as-directory
   (expand-file-name
    (or (locate-dominating-file path ".agentide/runs")
        (locate-dominating-file path ".agentide")
        (locate-dominating-file path ".git")
        (agentide--task-folder path)
        (file-name-directory path)))))

(defun agentide--project (directory)
  "Return the project of DIRECTORY that Eglot is to see in the files of a task."
  (let ((path (or buffer-file-name directory)))
    (when (and (bound-and-true-p eglot-lsp-context) (agentide--ours-p path))
      (cons 'agentide (agentide--root path)))))

(cl-defmethod project-root ((project (head agentide)))
  "Return the workspace that PROJECT is."
  (cdr project))

(defun agentide-ensure ()
  "Have AgentIde serve this buffer, if its file belongs to a task."
  (interactive)
  (when (and buffer-file-name
             (string-match-p agentide--documents buffer-file-name)
             (agentide--ours-p buffer-file-name))
    (agentide--settle)
    (unless (eglot-managed-p)
      (unless (executable-find (car agentide-command))
        (user-error "There is no program %s: set `agentide-command'"
                    (car agentide-command)))
      (let ((eglot-server-programs
             (list (cons (cl-adjoin major-mode agentide--modes)
                         (cons 'agentide-server agentide-command))))
            (current-prefix-arg nil))
        (call-interactively #'eglot)))))

(defun agentide--settle ()
  "Give this buffer a mode where Emacs has none, and leave a node as it is."
  (when (eq major-mode 'fundamental-mode)
    (pcase (file-name-extension buffer-file-name)
      ("yaml" (conf-colon-mode))
      (_ (text-mode))))
  (when (string-match-p agentide--view buffer-file-name)
    (setq buffer-read-only t)
    (unless (bound-and-true-p auto-revert-mode)
      (auto-revert-mode 1))))

;;;###autoload
(define-minor-mode agentide-mode
  "Have AgentIde serve the files of tasks, those that are open and those to come."
  :global t
  (cond
   (agentide-mode
    (add-hook 'project-find-functions #'agentide--project -50)
    (add-hook 'find-file-hook #'agentide-ensure)
    (dolist (buffer (buffer-list))
      (with-current-buffer buffer
        (agentide-ensure))))
   (t
    (remove-hook 'find-file-hook #'agentide-ensure)
    (remove-hook 'project-find-functions #'agentide--project)
    (mapc #'eglot-shutdown (agentide--servers)))))


;;; What the server asks of the editor

(cl-defmethod eglot-client-capabilities ((_server agentide-server))
  "What Eglot can, together with new files and shown documents."
  (let* ((all (copy-sequence (cl-call-next-method)))
         (workspace (copy-sequence (plist-get all :workspace)))
         (window (copy-sequence (plist-get all :window))))
    (setq workspace (plist-put workspace :workspaceEdit
                               '(:documentChanges t :resourceOperations ["create"])))
    (setq window (plist-put window :showDocument '(:support t)))
    (cl-loop for (key value) on (list :workspace workspace :window window
                                      :experimental '(:agentideDiff t))
             by #'cddr do (setq all (plist-put all key value)))
    all))

(defun agentide--path (uri)
  "Return the path that URI names."
  (decode-coding-string
   (url-unhex-string (url-filename (url-generic-parse-url uri))) 'utf-8))

(defun agentide--buffer (path)
  "Return the buffer that visits PATH, as it is on the disk."
  (let* ((revert-without-query (list (rx "/.agentide/runs/")))
         (buffer (find-file-noselect path)))
    (when (string-match-p agentide--view path)
      (with-current-buffer buffer
        (agentide--settle)))
    buffer))

(cl-defmethod eglot-handle-request
  ((_server agentide-server) (_method (eql window/showDocument))
   &key uri takeFocus &allow-other-keys)
  "Show the file at URI, in the selected window where TAKEFOCUS is t."
  (let ((buffer (agentide--buffer (agentide--path uri))))
    (if (eq takeFocus t)
        (pop-to-buffer-same-window buffer)
      (display-buffer buffer))
    '(:success t)))

(cl-defmethod eglot-handle-request
  ((server agentide-server) (method (eql workspace/applyEdit))
   &key edit &allow-other-keys)
  "Apply EDIT for SERVER, its METHOD, without a question.
It is what the person asked for just now, it names the version of the buffer
that it is for, and undo takes it back.  An edit that does not fit is refused
with the reason."
  (condition-case problem
      (let (edits)
        (dolist (change (append (plist-get edit :documentChanges) nil))
          (if (equal (plist-get change :kind) "create")
              (let ((path (agentide--path (plist-get change :uri))))
                (unless (file-exists-p path)
                  (write-region "" nil path nil 'quiet)))
            (agentide--buffer
             (agentide--path (plist-get (plist-get change :textDocument) :uri)))
            (push change edits)))
        (let ((eglot-confirm-server-initiated-edits nil))
          (cl-call-next-method
           server method :edit (list :documentChanges (vconcat (nreverse edits))))))
    (error (list :applied :json-false
                 :failureReason (error-message-string problem)))))


;;; Commands of the server

(defun agentide--servers ()
  "Return the servers that run, each once."
  (let (found)
    (dolist (buffer (buffer-list) found)
      (let ((server (with-current-buffer buffer
                      (and (eglot-managed-p) (eglot-current-server)))))
        (when (and (cl-typep server 'agentide-server)
                   (jsonrpc-running-p server))
          (cl-pushnew server found))))))

(defun agentide--server ()
  "Return the server of this buffer, else the one that there is.
Where that of this buffer has died, it is started again."
  (when (and agentide-mode (not (eglot-managed-p)))
    (let ((eglot-sync-connect t))
      (agentide-ensure)))
  (let ((here (and (eglot-managed-p) (eglot-current-server)))
        (all (agentide--servers)))
    (cond ((memq here all) here)
          ((car all))
          (t (user-error "Open a task.yaml or a solution first")))))

(defun agentide--offers-p (server command)
  "Tell whether COMMAND is one of SERVER's."
  (let ((offered (plist-get (eglot--capabilities server) :executeCommandProvider)))
    (seq-contains-p (plist-get offered :commands) command)))

(defun agentide--execute (server command argument &optional done failed)
  "Have SERVER run COMMAND with ARGUMENT, a plist, and call DONE with its result.
It sees what was typed up to now.  Emacs does not wait.  Where the command
fails, FAILED is called with the error, or its message is shown."
  (unless (agentide--offers-p server command)
    (user-error "This server has no %s" command))
  (dolist (buffer (eglot--managed-buffers server))
    (with-current-buffer buffer
      (eglot--signal-textDocument/didChange)))
  (jsonrpc-async-request
   server :workspace/executeCommand
   (list :command command :arguments (vector argument))
   :success-fn (lambda (result) (when done (funcall done result)))
   :error-fn (or failed
                 (lambda (problem)
                   (message "agentide: %s" (plist-get problem :message))))
   :timeout-fn (lambda () (message "agentide: no answer to %s" command))
   :timeout 120))

(defun agentide--follow (server command argument)
  "Have SERVER run COMMAND of an action with ARGUMENT, and do what is the editor's."
  (pcase command
    ("agentide.run.hint"
     (agentide--execute
      server command
      (if (plist-get argument :text) argument
        (append argument (list :text (read-string "Hint: "))))))
    ("agentide.node.compare"
     (agentide--execute server command argument #'agentide--show-both))
    (_ (agentide--execute server command argument))))

(cl-defmethod eglot-execute-command
  ((server agentide-server) command arguments)
  "Have SERVER run COMMAND of an action with ARGUMENTS."
  (agentide--follow server (format "%s" command) (elt arguments 0)))

;; Eglot of Emacs 30 has this in its place: ACTION may also be a bare command.
(when (fboundp 'eglot-execute)
  (cl-defmethod eglot-execute ((server agentide-server) action)
    "Have SERVER run the command of ACTION."
    (let ((command (plist-get action :command)))
      (when (stringp command)
        (setq command action))
      (agentide--follow server (plist-get command :command)
                        (elt (plist-get command :arguments) 0)))))

(defun agentide--ask-runs (server)
  "Return what was run in SERVER's workspace, newest first."
  (append (plist-get (jsonrpc-request server :agentide/runs (make-hash-table))
                     :runs)
          nil))

(defun agentide--run (server)
  "Return the name of the run that commands are meant for.
That is the one whose node this buffer shows, else SERVER's live one, else its
newest."
  (or (car (agentide--here))
      (let ((runs (agentide--ask-runs server)))
        (plist-get (or (seq-find (lambda (run)
                                   (member (plist-get run :liveness)
                                           '("live" "paused")))
                                 runs)
                       (car runs)
                       (user-error "There is no run here yet: M-x agentide-start"))
                   :run))))

(defun agentide--here ()
  "Return (RUN . NODE) of the node in this buffer, or nil."
  (when (and buffer-file-name (string-match agentide--view buffer-file-name))
    (cons (match-string 1 buffer-file-name)
          (string-to-number (match-string 2 buffer-file-name)))))

(defun agentide--node-or-none ()
  "Return the node of the prefix argument, else the one shown here, else nil."
  (if current-prefix-arg (prefix-numeric-value current-prefix-arg)
    (cdr (agentide--here))))

(defun agentide--node (prompt)
  "As `agentide--node-or-none', but where there is none ask with PROMPT."
  (or (agentide--node-or-none) (read-number prompt)))

(defun agentide--ask (command &optional argument done)
  "Run COMMAND with ARGUMENT on the run that is meant; call DONE with its result."
  (let ((server (agentide--server)))
    (agentide--execute server command
                       (cl-list* :run (agentide--run server)
                                 (cl-loop for (key value) on argument by #'cddr
                                          when value collect key
                                          and collect value))
                       done)))

;;;###autoload
(defun agentide-task (folder &optional label)
  "Make a task of the train.csv and test.csv in FOLDER, and show it.
LABEL is the column to predict; where it isn't plain, Emacs asks for it."
  (interactive "DFolder with train.csv and test.csv: ")
  (unless agentide-mode
    (agentide-mode 1))
  (let* ((folder (directory-file-name (expand-file-name folder)))
         (eglot-sync-connect t)
         (server (with-current-buffer
                     (find-file-noselect (expand-file-name "task.yaml" folder))
                   (agentide-ensure)
                   (agentide--server))))
    (agentide--execute
     server "agentide.task.create"
     (append (list :folder folder) (and label (list :label label)))
     (lambda (result)
       (let ((revert-without-query (list (rx "/task.yaml" eos))))
         (pop-to-buffer-same-window (find-file-noselect (plist-get result :taskFile))))
       (message "agentide: %s" (plist-get result :why)))
     (lambda (problem)
       (let ((candidates (append (plist-get (plist-get problem :data) :candidates) nil)))
         (if candidates
             (agentide-task folder (completing-read "The column to predict: "
                                                    candidates nil t))
           (message "agentide: %s" (plist-get problem :message))))))))

;;;###autoload
(defun agentide-start (&optional nodes)
  "Start a run on the task of this buffer, of NODES nodes (the prefix argument)."
  (interactive (list (and current-prefix-arg
                          (prefix-numeric-value current-prefix-arg))))
  (let* ((task (and buffer-file-name (agentide--task-folder buffer-file-name)))
         (argument (append (and nodes (list :nodes nodes))
                           (and task (list :task (directory-file-name
                                                  (expand-file-name task)))))))
    (agentide--execute (agentide--server) "agentide.run.start" argument
                       (lambda (result)
                         (message "agentide: %s has started"
                                  (plist-get result :run))))))

(defun agentide-stop ()
  "Stop the live run, and have it choose the best it has."
  (interactive)
  (agentide--ask "agentide.run.stop"))

(defun agentide-pause ()
  "Pause the live run before its next node."
  (interactive)
  (agentide--ask "agentide.run.pause"))

(defun agentide-continue ()
  "Let a paused run go on."
  (interactive)
  (agentide--ask "agentide.run.continue"))

(defun agentide-step ()
  "Let a paused run make one node; one that is not paused, pause before its next."
  (interactive)
  (agentide--ask "agentide.run.step"))

(defun agentide-hint (text)
  "Tell the engineer TEXT, for the nodes to come."
  (interactive "sHint: ")
  (agentide--ask "agentide.run.hint" (list :text text)))

(defun agentide-apply (&optional node)
  "Put NODE into the solution file: that of the prefix argument or of this buffer.
Without either, the best one."
  (interactive (list (agentide--node-or-none)))
  (agentide--ask "agentide.node.apply" (list :node node)))

(defun agentide-open (&optional node)
  "Open the code of NODE: that of the prefix argument, else the best one."
  (interactive (list (and current-prefix-arg
                          (prefix-numeric-value current-prefix-arg))))
  (agentide--ask "agentide.node.open" (list :node node)))

(defun agentide-pull-request (&optional node)
  "Show the pull request of NODE, else of the chosen one: an action there opens it.
NODE is found as by `agentide-apply'."
  (interactive (list (agentide--node-or-none)))
  (agentide--ask "agentide.run.pullRequest" (list :node node)))

(defun agentide-output (&optional node)
  "Open what NODE printed.  NODE is found as by `agentide-apply'."
  (interactive (list (agentide--node-or-none)))
  (agentide--ask "agentide.node.open" (list :node node :file "output.txt")))

(defun agentide-thought (&optional node)
  "Open what was thought at NODE.  NODE is found as by `agentide-apply'."
  (interactive (list (agentide--node-or-none)))
  (agentide--ask "agentide.node.open" (list :node node :file "thought.md")))

(defun agentide-prompt (&optional node)
  "Open what a model was asked for NODE.  NODE is found as by `agentide-apply'."
  (interactive (list (agentide--node-or-none)))
  (agentide--ask "agentide.node.open" (list :node node :file "prompt.md")))

(defun agentide-reply (&optional node)
  "Open what a model answered for NODE.  NODE is found as by `agentide-apply'."
  (interactive (list (agentide--node-or-none)))
  (agentide--ask "agentide.node.open" (list :node node :file "reply.md")))

(defun agentide-branch (node &optional text)
  "Have the next node come from NODE, with TEXT as a hint unless it is empty."
  (interactive (list (agentide--node "Branch from node: ")
                     (read-string "Hint (may be empty): ")))
  (agentide--ask "agentide.node.branch"
                 (list :node node :text (and text (not (string-empty-p text)) text))))

(defun agentide-reject (node)
  "Take NODE out of the search."
  (interactive (list (agentide--node "Reject node: ")))
  (agentide--ask "agentide.node.reject" (list :node node)))

(defun agentide-restore (node)
  "Take NODE, which was rejected, into the search again."
  (interactive (list (agentide--node "Restore node: ")))
  (agentide--ask "agentide.node.restore" (list :node node)))

(defun agentide-compare (node &optional other)
  "Show how the code of NODE differs from that of OTHER, else of its parent."
  (interactive (list (agentide--node "Compare node: ")
                     (let ((other (read-string "With node (its parent): ")))
                       (unless (string-empty-p other)
                         (string-to-number other)))))
  (agentide--ask "agentide.node.compare" (list :node node :other other)
                 #'agentide--show-both))

(defun agentide--show-both (result)
  "Show the two files of RESULT."
  (funcall agentide-compare-function
           (plist-get result :left) (plist-get result :right)
           (plist-get result :title)))

(defun agentide-compare-as-diff (left right title)
  "Show how RIGHT differs from LEFT in a buffer that is called TITLE."
  (let ((buffer (get-buffer-create (format "*%s*" title))))
    (diff-no-select left right "-u" 'no-async buffer)
    (pop-to-buffer buffer)))

(defun agentide-compare-by-ediff (left right _title)
  "Compare LEFT and RIGHT by Ediff."
  (ediff-files left right))

(declare-function ediff-files "ediff" (file-a file-b &optional startup-hooks))


;;; The runs of a workspace

(define-derived-mode agentide-runs-mode tabulated-list-mode "Runs"
  "The runs of a workspace, newest first."
  (setq tabulated-list-format [("Run" 20 t) ("State" 12 t) ("Nodes" 12 nil)
                               ("Best" 24 nil) ("Task" 0 t)])
  (tabulated-list-init-header))

(define-key agentide-runs-mode-map (kbd "RET") #'agentide-runs-open)

(defun agentide--runs-line (run)
  "Return the line of RUN in the list."
  (let ((best (plist-get run :best)))
    (list (plist-get run :run)
          (vector (plist-get run :run)
                  (plist-get run :liveness)
                  (format "%d of %d" (plist-get run :nodes)
                          (plist-get run :budgetNodes))
                  (if best
                      (format "%s %.6g (node %d)" (plist-get run :metric)
                              (plist-get best :score) (plist-get best :node))
                    "")
                  (plist-get run :title)))))

(defun agentide-runs ()
  "List what was run in this workspace; \\`RET' opens the best node."
  (interactive)
  (let ((server (agentide--server))
        (buffer (get-buffer-create "*agentide runs*")))
    (with-current-buffer buffer
      (agentide-runs-mode)
      (setq tabulated-list-entries
            (lambda () (mapcar #'agentide--runs-line (agentide--ask-runs server))))
      (tabulated-list-print))
    (pop-to-buffer buffer)
    (when (zerop (buffer-size))
      (message "agentide: there is no run here yet: M-x agentide-start"))))

(defun agentide-runs-open ()
  "Open the best node of the run on this line."
  (interactive)
  (agentide--execute (agentide--server) "agentide.node.open"
                     (list :run (tabulated-list-get-id))))

(defvar agentide-command-map
  (let ((map (make-sparse-keymap)))
    (pcase-dolist (`(,key . ,command)
                   '(("a" . agentide-apply) ("b" . agentide-branch)
                     ("c" . agentide-continue) ("d" . agentide-compare)
                     ("h" . agentide-hint) ("i" . agentide-thought)
                     ("l" . agentide-runs) ("n" . agentide-step)
                     ("o" . agentide-open) ("p" . agentide-pause)
                     ("q" . agentide-stop) ("r" . agentide-reject)
                     ("s" . agentide-start) ("t" . agentide-task)
                     ("u" . agentide-restore)
                     ("w" . agentide-output) ("?" . agentide-prompt)
                     ("!" . agentide-reply) ("x" . eglot-code-actions)))
      (define-key map key command))
    map)
  "All commands of AgentIde, for a prefix of yours.")
(fset 'agentide-command-map agentide-command-map)

(provide 'agentide)
;;; agentide.el ends here
