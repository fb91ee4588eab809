-- A person in Neovim who starts a run in the debugger, leaves it, and steps through it later. Prints what was seen as JSON.
--
--   nvim --headless -u NONE -i NONE -n -c 'luafile debug.lua'
--
-- From the environment: AGENTIDE_SERVER (the adapter's command as a JSON list), AGENTIDE_LUA (path of agentide.lua, beside
-- which agentide_dap.lua lies), AGENTIDE_TASK (path of task.yaml).

local here = vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h')
local seen, told = {}, {}
vim.notify = function(message)
  table.insert(told, message)
end

local function journey()
  local dap = dofile(here .. '/nvim_dap.lua')
  package.loaded.dap = dap
  dap.configurations.python = { { type = 'python', request = 'launch', name = 'mine' } }
  package.loaded.agentide_dap = dofile(vim.fn.fnamemodify(vim.env.AGENTIDE_LUA, ':h') .. '/agentide_dap.lua')
  for _ = 1, 2 do
    require('agentide_dap').setup({ cmd = vim.json.decode(vim.env.AGENTIDE_SERVER) })
  end
  vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.AGENTIDE_TASK))
  seen.offered = vim.tbl_map(function(configuration)
    return configuration.name
  end, dap.configurations.python)
  local function choose(name, answers)
    vim.fn.input = function(question)
      return answers[question.prompt] or error('asked for ' .. question.prompt)
    end
    for _, configuration in ipairs(dap.configurations.python) do
      if configuration.name:find(name, 1, true) then
        return dap.run(configuration)
      end
    end
  end

  local run = choose('start a run', { ['Folder of the task: '] = vim.fn.fnamemodify(vim.env.AGENTIDE_TASK, ':h'), ['Nodes: '] = '4' })
  seen.launched = run:stopped()
  vim.cmd('AgentideSet limits.seconds 500')
  vim.cmd('AgentideSet score 0')
  vim.wait(60000, function()
    return #vim.tbl_filter(function(line)
      return line:find('score is what happened', 1, true) ~= nil
    end, told) > 0
  end, 5)
  seen.leftAlive = run:disconnect()

  -- It went on meanwhile: it has ended by now, or this session goes on with it to its end.
  vim.cmd('AgentideDebug')
  seen.ended = dap.last:stopped()
  if not seen.ended.place:find('end of the run', 1, true) then
    seen.ended = dap.last:move('continue')
  end
  seen.best = dap.last:evaluate('best.score')
  dap.last:disconnect()

  seen.completed = package.loaded.agentide_dap.complete('small')
  local again = choose('step through a run', { ['Run: '] = 'small-1' })
  seen.entry = again:stopped()
  seen.next = again:move('next')
  seen.back = again:move('stepBack')
  seen.told = told
  seen.exitCode = again:disconnect()
  seen.aborted = choose('step through a run', { ['Run: '] = '' }) == nil
end

local fine, problem = xpcall(journey, debug.traceback)
if fine then
  io.stdout:write(vim.json.encode(seen), '\n')
  vim.cmd('qall!')
else
  io.stderr:write(problem, '\n', vim.inspect(seen), '\n')
  vim.cmd('cquit!')
end
