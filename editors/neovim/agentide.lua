-- AgentIde for Neovim 0.7 and later: thoughts as diagnostics, thought blame in hover, code actions, and commands.
--
--   require('agentide').setup({ cmd = { 'agentide', 'lsp' } })
--
-- No key is mapped: vim.lsp.buf.hover() and vim.lsp.buf.code_action() do what they do for any server.

local M = {}

local options = { cmd = { 'agentide', 'lsp' } }
local clients = {} -- by workspace folder

local function ancestor_with(path, names)
  local folder = vim.fn.fnamemodify(path, ':p:h')
  while true do
    for _, name in ipairs(names) do
      if vim.loop.fs_stat(folder .. '/' .. name) then
        return folder
      end
    end
    local parent = vim.fn.fnamemodify(folder, ':h')
    if parent == folder then
      return nil
    end
    folder = parent
  end
end

-- The folder whose .agentide holds the runs: the nearest one, wherever Neovim was started. Where there is none yet, the
-- current folder if the file lies in it, as for `agentide run`, else the repository or the task.
local function workspace_of(path)
  local known = ancestor_with(path, { '.agentide/runs' }) or ancestor_with(path, { '.agentide' })
  if known then
    return known
  end
  local current = vim.fn.getcwd()
  if vim.startswith(vim.fn.fnamemodify(path, ':p'), current .. '/') then
    return current
  end
  return ancestor_with(path, { '.git' }) or ancestor_with(path, { 'task.yaml' }) or vim.fn.fnamemodify(path, ':p:h')
end

local function is_ours(path)
  return ancestor_with(path, { 'task.yaml', '.agentide' }) ~= nil
end

local closing -- takes the window of the last long message away

-- Lines of at most so many cells; a word that is longer, such as a path, is cut where the line ends.
local function wrapped(text, width)
  local lines, line = {}, nil
  for _, paragraph in ipairs(vim.split(text, '\n', { plain = true })) do
    line = ''
    for word in paragraph:gmatch('%S+') do
      local joined = line == '' and word or line .. ' ' .. word
      if vim.fn.strdisplaywidth(joined) <= width then
        line = joined
      else
        if line ~= '' then
          table.insert(lines, line)
        end
        while vim.fn.strdisplaywidth(word) > width do
          table.insert(lines, vim.fn.strcharpart(word, 0, math.floor(width / 2)))
          word = vim.fn.strcharpart(word, math.floor(width / 2))
        end
        line = word
      end
    end
    table.insert(lines, line)
  end
  return lines
end

-- A message too long for the last line in a window of its own: it is read in full, and no key has to be pressed.
local function show_long(text, highlight)
  local width = math.max(20, math.min(80, vim.o.columns - 4))
  local lines = wrapped(text, width)
  if closing then
    closing()
  end
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].bufhidden = 'wipe'
  local window = vim.api.nvim_open_win(buffer, false, {
    relative = 'editor',
    anchor = 'SE',
    row = vim.o.lines - vim.o.cmdheight - 1,
    col = vim.o.columns,
    width = width,
    height = math.max(1, math.min(#lines, vim.o.lines - 6)),
    style = 'minimal',
    border = 'single',
    focusable = false,
    noautocmd = true,
  })
  vim.wo[window].winhighlight = 'Normal:' .. highlight
  local timer = vim.loop.new_timer()
  closing = function()
    closing = nil
    timer:stop()
    timer:close()
    if vim.api.nvim_win_is_valid(window) then
      vim.api.nvim_win_close(window, true)
    end
  end
  local close = closing
  timer:start(4000 + 60 * #text, 0, vim.schedule_wrap(function()
    if closing == close then
      close()
    end
  end))
end

local told = {} -- what was told, for :AgentideMessages

-- Tells the person something, in full. A vim.notify of theirs is told instead; Neovim's own would want Enter.
local function tell(text, level)
  text = 'agentide: ' .. text
  table.insert(told, text)
  if #told > 100 then
    table.remove(told, 1)
  end
  if type(vim.notify) ~= 'function' or not debug.getinfo(vim.notify, 'S').source:find('_editor.lua', 1, true) then
    return vim.notify(text, level)
  end
  local highlight = level == vim.log.levels.ERROR and 'ErrorMsg' or level == vim.log.levels.WARN and 'WarningMsg' or 'Normal'
  if not text:find('\n', 1, true) and vim.fn.strdisplaywidth(text) <= vim.v.echospace then
    vim.api.nvim_echo({ { text, highlight } }, true, {})
  else
    show_long(text, highlight == 'Normal' and 'NormalFloat' or highlight)
  end
end

local function report(error)
  tell(error.message or tostring(error), vim.log.levels.ERROR)
end

-- The run and the node whose document this buffer shows.
local function here()
  return vim.api.nvim_buf_get_name(0):match('/%.agentide/runs/([^/]+)/view/(%d+)/[^/]+$')
end

local function execute(client, name, argument, done, failed)
  if not vim.tbl_contains(client.server_capabilities.executeCommandProvider.commands, name) then
    return report('this server has no ' .. name)
  end
  client.request('workspace/executeCommand', { command = name, arguments = { argument } }, function(error, result)
    if error then
      (failed or report)(error)
    elseif done then
      done(result)
    end
  end)
end

-- What a model says and what code prints is read while it comes: the server writes such a document anew.
local function follow(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  if vim.b[buffer].agentide_followed then
    return
  end
  vim.b[buffer].agentide_followed = true
  vim.bo[buffer].autoread = true
  local watch = vim.loop.new_fs_event()
  watch:start(vim.fn.fnamemodify(path, ':h'), {}, vim.schedule_wrap(function()
    if vim.api.nvim_buf_is_loaded(buffer) then
      vim.cmd('silent! checktime ' .. buffer)
    end
  end))
  vim.api.nvim_create_autocmd('BufUnload', {
    buffer = buffer,
    once = true,
    callback = function()
      watch:close()
      vim.b[buffer].agentide_followed = nil
    end,
  })
end

-- A document of a node is for reading; any other file stays as it is.
local function settle()
  if here() then
    vim.bo.readonly = true
    vim.bo.modifiable = false
    follow(vim.api.nvim_get_current_buf())
  end
end

local function open(result)
  vim.cmd('edit ' .. vim.fn.fnameescape(result.path))
  settle()
end

local function show_both(result)
  vim.cmd('tabedit ' .. vim.fn.fnameescape(result.left))
  settle()
  vim.cmd('rightbelow vertical diffsplit ' .. vim.fn.fnameescape(result.right))
  settle()
  tell(result.title)
end

local function ask_hint(argument, done)
  vim.ui.input({ prompt = 'Hint: ' }, function(text)
    if text and text ~= '' then
      done(vim.tbl_extend('force', argument, { text = text }))
    end
  end)
end

local function reveal(buffer)
  local window = vim.fn.bufwinid(buffer)
  if window ~= -1 then
    vim.api.nvim_set_current_win(window)
  elseif not pcall(vim.cmd, 'buffer ' .. buffer) then
    vim.cmd('sbuffer ' .. buffer)
  end
end

local unsaved -- the buffer that the server has edited and not spoken of yet

local handlers = {}

-- What is applied is shown, or it would be a change in a buffer that nobody sees.
handlers['workspace/applyEdit'] = function(error, params, context, config)
  local answer = vim.lsp.handlers['workspace/applyEdit'](error, params, context, config)
  for _, change in ipairs(answer and answer.applied and params.edit.documentChanges or {}) do
    if change.textDocument then
      unsaved = vim.uri_to_bufnr(change.textDocument.uri)
      vim.bo[unsaved].buflisted = true
      reveal(unsaved)
    end
  end
  return answer
end

handlers['window/showMessage'] = function(_, result)
  local text = result.message
  if unsaved and vim.api.nvim_buf_is_valid(unsaved) and vim.bo[unsaved].modified then
    text = text .. ' It is not saved yet: :write'
  end
  unsaved = nil
  -- The protocol counts from the worst, 1, to the log, 4; Neovim's levels count the other way.
  tell(text, result.type == 1 and vim.log.levels.ERROR or result.type == 2 and vim.log.levels.WARN or vim.log.levels.INFO)
end

-- The server of a workspace, which is started where there is none.
local function server_of(root)
  if not clients[root] then
    local capabilities = vim.lsp.protocol.make_client_capabilities()
    capabilities.experimental = { agentideDiff = true }
    clients[root] = vim.lsp.start_client({
      capabilities = capabilities,
      handlers = handlers,
      name = 'agentide',
      cmd = options.cmd,
      cmd_env = options.cmd_env,
      root_dir = root,
      on_exit = function()
        clients[root] = nil
      end,
    })
  end
  return clients[root]
end

local function attach(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  if path == '' or vim.bo[buffer].buftype ~= '' or not is_ours(path) then
    return
  end
  local client = server_of(workspace_of(path))
  if client then
    vim.lsp.buf_attach_client(buffer, client)
  end
end

local function attach_all()
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buffer), ':t')
    if vim.api.nvim_buf_is_loaded(buffer) and (name == 'task.yaml' or vim.endswith(name, '.py') or vim.endswith(name, '.cs')) then
      attach(buffer)
    end
  end
end

-- The server once it answers, or nil where it has ended or a minute is over.
local function started(id)
  local client
  return id and vim.wait(60000, function()
    client = vim.lsp.get_client_by_id(id)
    return not client or client.initialized
  end, 20) and client or report('the server does not start')
end

-- The server of the workspace that is worked in. Where it has died it is started again, with what is open.
local function current_client()
  local path = vim.api.nvim_buf_get_name(0)
  local place = path ~= '' and vim.bo.buftype == '' and path or vim.fn.getcwd() .. '/'
  if not is_ours(place) then
    local any = select(2, next(clients))
    if any then
      return started(any)
    end
    place = vim.fn.getcwd() .. '/'
  end
  local root = workspace_of(place)
  if not clients[root] then
    if not is_ours(place) then
      return tell('open a task.yaml or a solution first', vim.log.levels.WARN)
    end
    server_of(root)
    attach_all()
  end
  return started(clients[root])
end

local no_run = 'there is no run here yet: :AgentideStart in a task.yaml starts one'

local settled = {} -- by client: whether it has read the runs that there were when it started

local function runs_in(root)
  local count = 0
  local folder = vim.loop.fs_scandir(root .. '/.agentide/runs')
  while folder and vim.loop.fs_scandir_next(folder) do
    count = count + 1
  end
  return count
end

-- Calls back with the runs of the workspace, newest first. A server that has just started may not have read them yet.
local function ask_runs(client, callback, times)
  client.request('agentide/runs', {}, function(error, result)
    if error then
      return report(error)
    end
    if settled[client.id] or #result.runs >= runs_in(client.config.root_dir) or times == 0 then
      settled[client.id] = true
      return callback(result.runs)
    end
    vim.defer_fn(function()
      ask_runs(client, callback, (times or 40) - 1)
    end, 50)
  end)
end

-- Calls back with the run whose node is shown here, else the live one of the workspace, else its newest.
local function with_run(callback)
  local client = current_client()
  if not client then
    return
  end
  local shown = here()
  ask_runs(client, function(runs)
    local chosen = runs[1]
    for _, run in ipairs(runs) do
      if shown and run.run == shown or not shown and (run.liveness == 'live' or run.liveness == 'paused') then
        chosen = run
        break
      end
    end
    if chosen then
      callback(client, chosen.run)
    else
      tell(no_run, vim.log.levels.WARN)
    end
  end)
end

-- A command on the run that is meant. `read` makes the server's argument of what was typed.
local function on_run(name, read, done)
  return function(command)
    local argument = read and read(command.args) or {}
    with_run(function(client, run)
      argument.run = run
      execute(client, name, argument, done)
    end)
  end
end

local function node_of(args)
  return { node = tonumber(args) }
end

-- The node that was typed, else the one that is shown here.
local function node_or_here(args)
  return { node = tonumber(args) or tonumber((select(2, here()))) }
end

local function node_and_text(args)
  local node, text = args:match('^%s*(%d+)%s*(.*)$')
  local argument = node_or_here(node)
  text = text or args
  argument.text = text ~= '' and text or nil
  return argument
end

local function two_nodes(args)
  local node, other = args:match('^%s*(%d*)%s*(%d*)')
  local argument = node_or_here(node)
  argument.other = tonumber(other)
  return argument
end

local function document(file)
  return on_run('agentide.node.open', function(args)
    return vim.tbl_extend('force', node_or_here(args), { file = file })
  end, open)
end

local function hint(command)
  with_run(function(client, run)
    local argument = { run = run, text = command.args }
    if command.args ~= '' then
      execute(client, 'agentide.run.hint', argument)
    else
      ask_hint(argument, function(asked)
        execute(client, 'agentide.run.hint', asked)
      end)
    end
  end)
end

local function start(command)
  local client = current_client()
  if client then
    -- An empty table would be a list in JSON.
    local argument = vim.empty_dict()
    argument.nodes = tonumber(command.args)
    argument.task = ancestor_with(vim.api.nvim_buf_get_name(0), { 'task.yaml' })
    execute(client, 'agentide.run.start', argument, function(result)
      tell(result.run .. ' has started')
    end)
  end
end

-- Makes a task of a folder with train.csv and test.csv, and asks for the column to predict where that isn't plain.
local function create_task(command)
  local folder = vim.fn.fnamemodify(command.args ~= '' and command.args or vim.fn.expand('%:p:h'), ':p')
  local client = started(server_of(workspace_of(folder)))
  if not client then
    return
  end
  local function ask(argument)
    execute(client, 'agentide.task.create', argument, function(result)
      vim.cmd('edit ' .. vim.fn.fnameescape(result.taskFile))
      tell(result.why)
    end, function(error)
      local candidates = type(error.data) == 'table' and error.data.candidates
      if not candidates then
        return report(error)
      end
      vim.ui.select(candidates, { prompt = 'The column to predict: ' }, function(label)
        if label then
          ask({ folder = folder, label = label })
        end
      end)
    end)
  end
  ask({ folder = folder })
end

local function list()
  local client = current_client()
  if client then
    ask_runs(client, function(runs)
      if #runs == 0 then
        return tell(no_run)
      end
      for _, run in ipairs(runs) do
        local best = run.best and string.format(', %s %.6g (node %d)', run.metric, run.best.score, run.best.node) or ''
        print(string.format('%s: %s, node %d of %d%s', run.run, run.liveness, run.nodes, run.budgetNodes, best))
      end
    end)
  end
end

--- Starts the server for tasks and solutions that are opened from now on, and for those that are open.
--- @param settings table|nil cmd (list), cmd_env (table)
function M.setup(settings)
  options = vim.tbl_extend('force', options, settings or {})

  -- Neovim 0.7 can't be asked to show a document, so what a command of an action opens is opened here.
  local function on_action(name, run)
    vim.lsp.commands[name] = function(command, context)
      run(vim.lsp.get_client_by_id(context.client_id), name, command.arguments[1])
    end
  end
  on_action('agentide.node.open', function(client, name, argument)
    execute(client, name, argument, open)
  end)
  on_action('agentide.node.compare', function(client, name, argument)
    execute(client, name, argument, show_both)
  end)
  on_action('agentide.run.pullRequest', function(client, name, argument)
    execute(client, name, argument, function(result)
      if type(result) == 'table' then
        open(result)
      end
    end)
  end)
  on_action('agentide.run.hint', function(client, name, argument)
    if argument.text then
      return execute(client, name, argument)
    end
    ask_hint(argument, function(asked)
      execute(client, name, asked)
    end)
  end)

  local group = vim.api.nvim_create_augroup('agentide', { clear = true })
  -- Where the server has died, entering a file starts it again; else nothing happens.
  vim.api.nvim_create_autocmd({ 'BufReadPost', 'BufNewFile', 'BufEnter' }, {
    group = group,
    pattern = { 'task.yaml', '*.py', '*.cs', '*/.agentide/runs/*/view/*/*', '*/.agentide/HINT.md' },
    callback = function(event)
      attach(event.buf)
    end,
  })
  attach_all()

  local function command(name, run, nargs, desc)
    vim.api.nvim_create_user_command(name, run, { nargs = nargs, desc = desc })
  end
  command('AgentideStart', start, '?', 'Start a run on the task (number of nodes)')
  command('AgentideStop', on_run('agentide.run.stop'), 0, 'Stop the live run and choose')
  command('AgentidePause', on_run('agentide.run.pause'), 0, 'Pause the live run before its next node')
  command('AgentideContinue', on_run('agentide.run.continue'), 0, 'Continue a paused run')
  command('AgentideStep', on_run('agentide.run.step'), 0, 'Let a paused run make one node; else pause before the next')
  command('AgentideHint', hint, '*', 'Tell the engineer something for the nodes to come')
  command('AgentideApply', on_run('agentide.node.apply', node_or_here), '?', 'Apply a node, else the one shown, else the best')
  command('AgentideOpen', on_run('agentide.node.open', node_of, open), '?', 'Open the code of a node, else of the best one')
  command('AgentideBranch', on_run('agentide.node.branch', node_and_text), '*', 'Have the next node come from this one (node, hint)')
  command('AgentideReject', on_run('agentide.node.reject', node_or_here), '?', 'Take a node out of the search')
  command('AgentideRestore', on_run('agentide.node.restore', node_or_here), '?', 'Take a rejected node into the search again')
  command('AgentideCompare', on_run('agentide.node.compare', two_nodes, show_both), '*', 'Compare a node with another, else its parent')
  command('AgentidePullRequest', on_run('agentide.run.pullRequest', node_or_here, open), '?', 'Show the pull request of a node, else of the chosen one: an action there opens it')
  command('AgentideOutput', document('output.txt'), '?', 'Open what a node printed')
  command('AgentideThought', document('thought.md'), '?', 'Open what was thought at a node')
  command('AgentidePrompt', document('prompt.md'), '?', 'Open what a model was asked for a node')
  command('AgentideReply', document('reply.md'), '?', 'Open what a model answered for a node')
  vim.api.nvim_create_user_command('AgentideTask', create_task, {
    nargs = '?',
    complete = 'dir',
    desc = 'Make a task of a folder with train.csv and test.csv',
  })
  command('AgentideRuns', list, 0, 'List the runs of this workspace')
  command('AgentideMessages', function()
    print(table.concat(told, '\n'))
  end, 0, 'Show what was told, also what is gone from the screen')
end

return M
