-- The whole journey in a real Neovim, as a person takes it: start a run by a code action, wait for the diagnostics,
-- open the best node, hover, apply it by a code action, edit a line by hand, and see that blame survives.
--
--   nvim --headless -u NONE -c 'luafile journey.lua'
--
-- From the environment: AGENTIDE_SERVER (the server's command as a JSON list), AGENTIDE_LUA (path of agentide.lua),
-- AGENTIDE_TASK (path of task.yaml; the workspace is the current folder), AGENTIDE_JOURNEY_SECONDS (for the run, 300),
-- AGENTIDE_JOURNEY_NODES (stop the run by a code action once it has so many; without it, wait for its own end).
-- Prints one JSON object of what was seen; exit code 1 and an `error` in it where something did not come.

local person = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/person.lua')
local wait_for, messages, hover, choose, short_milliseconds = person.wait_for, person.messages, person.hover, person.choose, person.short_milliseconds

local seen = { messages = person.listen() }
local run_milliseconds = tonumber(vim.env.AGENTIDE_JOURNEY_SECONDS or '300') * 1000

local function first_line_with(buffer, node)
  for _, hint in ipairs(messages(buffer, vim.diagnostic.severity.HINT)) do
    if hint.message:find('(node ' .. node .. ')', 1, true) then
      return hint.line
    end
  end
end

local function journey()
  dofile(vim.env.AGENTIDE_LUA).setup({ cmd = vim.json.decode(vim.env.AGENTIDE_SERVER) })

  vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.AGENTIDE_TASK))
  local task = vim.api.nvim_get_current_buf()
  seen.server = person.server_of(task).name

  seen.actionsAtFirst = choose('Start a run')
  local status = function()
    return person.status(task)
  end
  seen.firstStatus = wait_for('the state of the run', run_milliseconds, status)
  local enough = tonumber(vim.env.AGENTIDE_JOURNEY_NODES or '')
  if enough then
    wait_for('enough nodes', run_milliseconds, function()
      local now = status()
      return now and tonumber(now:match(': node (%d+) of ')) >= enough and now:find('best ', 1, true)
    end)
    seen.actionsInMidRun = choose('Stop ')
  end
  seen.lastStatus = wait_for('the end of the run', run_milliseconds, function()
    local now = status()
    return now and now:find('; finished:', 1, true) and now
  end)
  local best = seen.lastStatus:match('%(node (%d+)%)')
  seen.best = tonumber(best)

  seen.actionsAtEnd = choose('Open the best node')
  local node = wait_for("the node's document", short_milliseconds, function()
    local buffer = vim.api.nvim_get_current_buf()
    return buffer ~= task and #messages(buffer, vim.diagnostic.severity.HINT) > 0 and buffer
  end)
  seen.nodeDocument = vim.api.nvim_buf_get_name(node)
  seen.thoughts = messages(node, vim.diagnostic.severity.HINT)
  seen.hoverInNode = hover(node, seen.thoughts[1].line)
  seen.failure = messages(node, vim.diagnostic.severity.ERROR)

  vim.cmd('buffer ' .. task)
  choose('Apply the best node')
  local solution = wait_for('the solution', short_milliseconds, function()
    local buffer = vim.fn.bufnr(vim.fn.fnamemodify(vim.env.AGENTIDE_TASK, ':p:h') .. '/solution.py')
    return buffer > 0 and #messages(buffer, vim.diagnostic.severity.HINT) > 0 and buffer
  end)
  vim.cmd('buffer ' .. solution)
  seen.applied = person.text(solution)
  seen.appliedIsNode = seen.applied == person.text(node)

  local line = wait_for('a thought of the best node', short_milliseconds, function()
    return first_line_with(solution, best)
  end)
  local other = seen.thoughts[1].line ~= line and seen.thoughts[1].line or seen.thoughts[2].line
  seen.hoverBefore = hover(solution, line)
  local text = vim.api.nvim_buf_get_lines(solution, line - 1, line, false)[1]
  vim.api.nvim_buf_set_lines(solution, line - 1, line, false, { '# changed by hand', text .. '  # and this too' })
  seen.hoverOnEdited = hover(solution, line + 1)
  seen.hoverOnOther = hover(solution, other > line and other + 1 or other)

  -- The file now holds a person's work: applying again must not touch it.
  local before = person.text(solution)
  local told = #seen.messages
  vim.cmd('buffer ' .. task)
  choose('Apply the best node')
  -- What was said of the first apply may come only now.
  wait_for('the refusal', short_milliseconds, function()
    return #seen.messages > told and seen.messages[#seen.messages]:find('holds work of yours', 1, true)
  end)
  seen.refusal = seen.messages[#seen.messages]
  seen.handWorkKept = before == person.text(solution)
  vim.cmd('buffer ' .. solution)
  vim.cmd('silent write')
end

local fine, problem = xpcall(journey, debug.traceback)
if not fine then
  seen.error = problem
end
io.stdout:write(vim.json.encode(seen), '\n')
io.stdout:flush()
vim.cmd(fine and 'qall!' or 'cquit 1')
