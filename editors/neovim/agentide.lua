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

-- The folder whose .agentide holds the runs: the current one if the file lies in it, else the repository's.
local function workspace_of(path)
  local current = vim.fn.getcwd()
  if vim.startswith(path, current .. '/') then
    return current
  end
  return ancestor_with(path, { '.agentide', '.git' }) or vim.fn.fnamemodify(path, ':p:h')
end

local function is_ours(path)
  return ancestor_with(path, { 'task.yaml', '.agentide' }) ~= nil
end

local function report(error)
  vim.notify('agentide: ' .. (error.message or tostring(error)), vim.log.levels.ERROR)
end

local function execute(client, name, argument, done)
  client.request('workspace/executeCommand', { command = name, arguments = { argument } }, function(error, result)
    if error then
      report(error)
    elseif done then
      done(result)
    end
  end)
end

local function open(path)
  vim.cmd('edit ' .. vim.fn.fnameescape(path))
  vim.bo.readonly = true
  vim.bo.modifiable = false
end

local function attach(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  if path == '' or vim.bo[buffer].buftype ~= '' or not is_ours(path) then
    return
  end
  local root = workspace_of(path)
  if not clients[root] then
    clients[root] = vim.lsp.start_client({
      name = 'agentide',
      cmd = options.cmd,
      cmd_env = options.cmd_env,
      root_dir = root,
      on_exit = function()
        clients[root] = nil
      end,
    })
  end
  if clients[root] then
    vim.lsp.buf_attach_client(buffer, clients[root])
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

-- Calls back with the live run of the workspace, else its newest.
local function with_run(callback)
  local client = current_client()
  if not client then
    return
  end
  client.request('agentide/runs', {}, function(error, result)
    if error then
      return report(error)
    end
    local chosen = result.runs[1]
    for _, run in ipairs(result.runs) do
      if run.liveness == 'live' or run.liveness == 'paused' then
        chosen = run
        break
      end
    end
    if chosen then
      callback(client, chosen)
    else
      vim.notify('agentide: there is no run here yet: :AgentideStart', vim.log.levels.WARN)
    end
  end)
end

local function on_run(name, done)
  return function(command)
    with_run(function(client, run)
      execute(client, name, { run = run.run, node = tonumber(command.args) }, done)
    end)
  end
end

local function start(command)
  local client = current_client()
  if client then
    execute(client, 'agentide.run.start', { nodes = tonumber(command.args) }, function(result)
      vim.notify('agentide: ' .. result.run .. ' has started')
    end)
  end
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

  -- Neovim 0.7 can't be asked to show a document, so what a command opens is opened here.
  vim.lsp.commands['agentide.node.open'] = function(command, context)
    local client = vim.lsp.get_client_by_id(context.client_id)
    execute(client, command.command, command.arguments[1], function(result)
      open(result.path)
    end)
  end

  local group = vim.api.nvim_create_augroup('agentide', { clear = true })
  vim.api.nvim_create_autocmd({ 'BufReadPost', 'BufNewFile' }, {
    group = group,
    pattern = { 'task.yaml', '*.py', '*.cs' },
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

  local command = vim.api.nvim_create_user_command
  command('AgentideStart', start, { nargs = '?', desc = 'Start a run on the task (number of nodes)' })
  command('AgentideStop', on_run('agentide.run.stop'), { nargs = 0, desc = 'Stop the live run and choose' })
  command('AgentidePause', on_run('agentide.run.pause'), { nargs = 0, desc = 'Pause the live run before its next node' })
  command('AgentideContinue', on_run('agentide.run.continue'), { nargs = 0, desc = 'Continue a paused run' })
  command('AgentideApply', on_run('agentide.node.apply'), { nargs = '?', desc = 'Apply a node, else the best one' })
  command('AgentideOpen', on_run('agentide.node.open', function(result)
    open(result.path)
  end), { nargs = '?', desc = 'Open the code of a node, else of the best one' })
  command('AgentideRuns', list, { nargs = 0, desc = 'List the runs of this workspace' })
end

return M
