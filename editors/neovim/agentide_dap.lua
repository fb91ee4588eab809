-- AgentIde for nvim-dap: a run, finished or live, as a program that one steps through, forwards and backwards.
--
--   require('agentide_dap').setup({ cmd = { 'agentide', 'dap' } })
--
-- No key is mapped: those that call dap.step_over(), dap.step_back() or dap.reverse_continue() do what they do for any program.

local M = {}

local options = { cmd = { 'agentide', 'dap' }, filetypes = { 'python', 'cs', 'yaml', 'markdown' } }

-- The folder whose .agentide holds the runs: the nearest one above the file, else above the current folder.
local function workspace()
  local current = vim.fn.getcwd()
  for _, from in ipairs({ vim.fn.expand('%:p:h'), current }) do
    local folder = from
    while folder ~= '' do
      if vim.loop.fs_stat(folder .. '/.agentide') then
        return folder
      end
      local parent = vim.fn.fnamemodify(folder, ':h')
      folder = parent ~= folder and parent or ''
    end
  end
  return current
end

--- The runs of the workspace that begin with a text, by name: what is offered where one is asked for.
function M.complete(text)
  local names = { 'last' }
  for _, path in ipairs(vim.fn.glob(workspace() .. '/.agentide/runs/*', false, true)) do
    if vim.fn.isdirectory(path) == 1 then
      table.insert(names, vim.fn.fnamemodify(path, ':t'))
    end
  end
  return vim.tbl_filter(function(name)
    return vim.startswith(name, text)
  end, names)
end

local function ask(prompt, default, completion)
  local answer = vim.fn.input({ prompt = prompt, default = default, completion = completion, cancelreturn = '' })
  return answer ~= '' and answer or require('dap').ABORT
end

local function attach(name, fields)
  return vim.tbl_extend('force', { type = 'agentide', request = 'attach', name = name, folder = workspace }, fields)
end

local function configurations()
  return {
    attach('AgentIde: step through the newest run', { run = 'last' }),
    attach('AgentIde: step through a run…', {
      run = function()
        return ask('Run: ', 'last', "customlist,v:lua.require'agentide_dap'.complete")
      end,
    }),
    {
      type = 'agentide',
      request = 'launch',
      name = 'AgentIde: start a run on a task…',
      folder = vim.fn.getcwd,
      task = function()
        return ask('Folder of the task: ', vim.fn.fnamemodify(vim.fn.expand('%:p:h'), ':.'), 'dir')
      end,
      nodes = function()
        return tonumber(vim.fn.input({ prompt = 'Nodes: ', default = '20' }))
      end,
      stopOnEntry = true,
    },
  }
end

-- Where a session stands, which nvim-dap itself does not show: `history 42/97: New best`, `live`.
local function tell(session, stopped)
  if session.config.type == 'agentide' and stopped.description then
    vim.notify(('agentide: %s\n%s'):format(stopped.description, stopped.text or ''))
  end
end

-- Asks the session something and says what came of it.
local function ask_session(command, arguments, said)
  local session = require('dap').session()
  if not session or session.config.type ~= 'agentide' then
    vim.notify('agentide: no run is being stepped through', vim.log.levels.WARN)
    return
  end
  session:request(command, arguments(session), function(problem, answer)
    vim.schedule(function()
      if problem then
        vim.notify('agentide: ' .. (problem.message or tostring(problem)), vim.log.levels.ERROR)
      else
        vim.notify('agentide: ' .. said(answer or {}))
      end
    end)
  end)
end

--- Gives something of the node or the run another value: hint, plan, code (a program or a file with one) and code[LINE]
--- make a branch; limits.nodes and limits.seconds are the run's.
function M.set(name, value)
  ask_session('setExpression', function(session)
    return { expression = name, value = value, frameId = session.current_frame and session.current_frame.id or nil }
  end, function(answer)
    return ('%s: %s'):format(name, answer.value or value)
  end)
end

--- Gives up what the worker that the session stands at does.
function M.abandon()
  ask_session('terminateThreads', function(session)
    return { threadIds = { session.stopped_thread_id or 1 } }
  end, function()
    return 'what it does is given up'
  end)
end

--- Adds the adapter and its configurations to nvim-dap.
--- @param settings table|nil cmd (list), cmd_env (table), filetypes (list: where the configurations are offered)
function M.setup(settings)
  options = vim.tbl_extend('force', options, settings or {})
  local dap = require('dap')
  dap.adapters.agentide = {
    type = 'executable',
    command = options.cmd[1],
    args = vim.list_slice(options.cmd, 2),
    options = { env = options.cmd_env, initialize_timeout_sec = 20 },
  }
  for _, filetype in ipairs(options.filetypes) do
    local others = vim.tbl_filter(function(configuration)
      return configuration.type ~= 'agentide'
    end, dap.configurations[filetype] or {})
    dap.configurations[filetype] = vim.list_extend(others, configurations())
  end
  dap.listeners.after.event_stopped.agentide = tell

  vim.api.nvim_create_user_command('AgentideDebug', function(command)
    dap.run(attach('AgentIde', { run = command.args ~= '' and command.args or 'last' }))
  end, { nargs = '?', complete = M.complete, desc = 'Step through a run, else through the newest' })
  vim.api.nvim_create_user_command('AgentideSet', function(command)
    local name, value = command.args:match('^(%S+)%s+(.+)$')
    if name then
      M.set(name, value)
    else
      vim.notify('agentide: write what is to be set and its value, such as plan blend both', vim.log.levels.WARN)
    end
  end, { nargs = '+', desc = 'Another hint, plan, code, code[LINE] for a node: a branch; limits.nodes, limits.seconds' })
  vim.api.nvim_create_user_command('AgentideAbandon', M.abandon, { desc = 'Give up what the worker does that the session stands at' })
end

return M
