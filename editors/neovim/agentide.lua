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

local function report(error)
  vim.notify('agentide: ' .. (error.message or tostring(error)), vim.log.levels.ERROR)
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
  vim.notify('agentide: ' .. result.title)
end

local function ask_hint(argument, done)
  vim.ui.input({ prompt = 'Hint: ' }, function(text)
    if text and text ~= '' then
      done(vim.tbl_extend('force', argument, { text = text }))
    end
  end)
end

-- The server of a workspace, which is started where there is none.
local function server_of(root)
  if not clients[root] then
    local capabilities = vim.lsp.protocol.make_client_capabilities()
    capabilities.experimental = { agentideDiff = true }
    clients[root] = vim.lsp.start_client({
      capabilities = capabilities,
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

local function current_client()
  local id = clients[workspace_of(vim.api.nvim_buf_get_name(0))] or select(2, next(clients))
  local client = id and vim.lsp.get_client_by_id(id)
  if not client then
    vim.notify('agentide: open a task.yaml or a solution first', vim.log.levels.WARN)
  end
  return client
end

-- Calls back with the run whose node is shown here, else the live one of the workspace, else its newest.
local function with_run(callback)
  local client = current_client()
  if not client then
    return
  end
  local shown = here()
  client.request('agentide/runs', {}, function(error, result)
    if error then
      return report(error)
    end
    local chosen = result.runs[1]
    for _, run in ipairs(result.runs) do
      if shown and run.run == shown or not shown and (run.liveness == 'live' or run.liveness == 'paused') then
        chosen = run
        break
      end
    end
    if chosen then
      callback(client, chosen.run)
    else
      vim.notify('agentide: there is no run here yet: :AgentideStart', vim.log.levels.WARN)
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
      vim.notify('agentide: ' .. result.run .. ' has started')
    end)
  end
end

-- Makes a task of a folder with train.csv and test.csv, and asks for the column to predict where that isn't plain.
local function create_task(command)
  local folder = vim.fn.fnamemodify(command.args ~= '' and command.args or vim.fn.expand('%:p:h'), ':p')
  local id = server_of(workspace_of(folder))
  local client
  if not id or not vim.wait(10000, function()
    client = vim.lsp.get_client_by_id(id)
    return client and client.initialized
  end, 20) then
    return report('the server does not start')
  end
  local function ask(argument)
    execute(client, 'agentide.task.create', argument, function(result)
      vim.cmd('edit ' .. vim.fn.fnameescape(result.taskFile))
      vim.notify('agentide: ' .. result.why)
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
    client.request('agentide/runs', {}, function(error, result)
      if error then
        return report(error)
      end
      for _, run in ipairs(result.runs) do
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
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buffer), ':t')
    if vim.api.nvim_buf_is_loaded(buffer) and (name == 'task.yaml' or vim.endswith(name, '.py') or vim.endswith(name, '.cs')) then
      attach(buffer)
    end
  end

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
end

return M
