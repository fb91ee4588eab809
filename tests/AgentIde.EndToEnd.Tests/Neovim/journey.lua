-- The whole journey in a real Neovim, as a person takes it: start a run by a code action, wait for the diagnostics,
-- open the best node, hover, apply it by a code action, edit a line by hand, and see that blame survives.
--
--   nvim --headless -u NONE -c 'luafile journey.lua'
--
-- From the environment: AGENTIDE_SERVER (the server's command as a JSON list), AGENTIDE_LUA (path of agentide.lua),
-- AGENTIDE_TASK (path of task.yaml; the workspace is the current folder), AGENTIDE_JOURNEY_SECONDS (for the run, 300),
-- AGENTIDE_JOURNEY_NODES (stop the run by a code action once it has so many; without it, wait for its own end).
-- Prints one JSON object of what was seen; exit code 1 and an `error` in it where something did not come.

local seen = { messages = {} }
local run_milliseconds = tonumber(vim.env.AGENTIDE_JOURNEY_SECONDS or '300') * 1000
local short_milliseconds = 30000

local function wait_for(what, milliseconds, condition)
  local value
  local came = vim.wait(milliseconds, function()
    value = condition()
    return value
  end, 20)
  if not came then
    error('waited in vain for ' .. what)
  end
  return value
end

local function messages(buffer, severity)
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer, { severity = severity })) do
    table.insert(found, { line = diagnostic.lnum + 1, message = diagnostic.message })
  end
  table.sort(found, function(one, other)
    return one.line < other.line
  end)
  return found
end

local function hover(buffer, line)
  local params = { textDocument = { uri = vim.uri_from_bufnr(buffer) }, position = { line = line - 1, character = 0 } }
  for _, response in pairs(vim.lsp.buf_request_sync(buffer, 'textDocument/hover', params, short_milliseconds) or {}) do
    if response.result then
      return response.result.contents.value
    end
  end
end

-- Chooses from the menu that vim.lsp.buf.code_action() shows.
local function choose(title)
  local titles
  vim.ui.select = function(items, how, done)
    titles = {}
    local chosen
    for _, item in ipairs(items) do
      local text = how.format_item(item)
      table.insert(titles, text)
      if vim.startswith(text, title) then
        chosen = item
      end
    end
    if chosen then
      done(chosen, 1)
    else
      done(nil)
      error('no action ' .. title .. ' in ' .. vim.inspect(titles))
    end
  end
  vim.lsp.buf.code_action()
  wait_for('the code actions', short_milliseconds, function()
    return titles
  end)
  return titles
end

local function first_line_with(buffer, node)
  for _, hint in ipairs(messages(buffer, vim.diagnostic.severity.HINT)) do
    if hint.message:find('(node ' .. node .. ')', 1, true) then
      return hint.line
    end
  end
end

local function journey()
  vim.notify = function(message)
    table.insert(seen.messages, message)
  end
  local show_message = vim.lsp.handlers['window/showMessage']
  vim.lsp.handlers['window/showMessage'] = function(error, result, context, config)
    table.insert(seen.messages, result.message)
    return show_message(error, result, context, config)
  end
  dofile(vim.env.AGENTIDE_LUA).setup({ cmd = vim.json.decode(vim.env.AGENTIDE_SERVER) })

  vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.AGENTIDE_TASK))
  local task = vim.api.nvim_get_current_buf()
  wait_for('the server', short_milliseconds, function()
    local client = vim.lsp.get_active_clients()[1]
    return client and client.initialized and client.server_capabilities.hoverProvider
  end)
  seen.server = vim.lsp.get_active_clients()[1].name

  seen.actionsAtFirst = choose('Start a run')
  local status = function()
    local found = messages(task, vim.diagnostic.severity.INFO)[1]
    return found and found.message
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
  seen.applied = table.concat(vim.api.nvim_buf_get_lines(solution, 0, -1, false), '\n')
  seen.appliedIsNode = seen.applied == table.concat(vim.api.nvim_buf_get_lines(node, 0, -1, false), '\n')

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
  local before = table.concat(vim.api.nvim_buf_get_lines(solution, 0, -1, false), '\n')
  local told = #seen.messages
  vim.cmd('buffer ' .. task)
  choose('Apply the best node')
  wait_for('the refusal', short_milliseconds, function()
    return #seen.messages > told
  end)
  seen.refusal = seen.messages[#seen.messages]
  seen.handWorkKept = before == table.concat(vim.api.nvim_buf_get_lines(solution, 0, -1, false), '\n')
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
