-- A Neovim that a test drives: each line of standard input is Lua, whose value, waited for, is answered as a line of JSON.
--
--   nvim --headless -u NONE -i NONE -n -c 'luafile drive.lua'
--
-- From the environment: AGENTIDE_SERVER (the server's command as a JSON list), AGENTIDE_LUA (path of agentide.lua).
-- `person` is what person.lua gives, `told` the list of what was told.

person = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/person.lua')
told = person.listen()
dofile(vim.env.AGENTIDE_LUA).setup({ cmd = vim.json.decode(vim.env.AGENTIDE_SERVER) })

local pending, counted = 0, {}

-- Counts what waits for an answer of this server. What is asked while an answer is taken counts before that is done.
local function count(client)
  if counted[client.id] then
    return
  end
  counted[client.id] = true
  local request = client.request
  client.request = function(method, params, handler, buffer)
    if not handler then
      return request(method, params, handler, buffer)
    end
    pending = pending + 1
    return request(method, params, function(...)
      handler(...)
      pending = pending - 1
    end, buffer)
  end
end

-- Opens a file and returns its buffer once the server has it.
function visit(path)
  if vim.api.nvim_buf_get_name(0) ~= path then
    vim.cmd('edit ' .. vim.fn.fnameescape(path))
  end
  count(person.server_of(0))
  return vim.api.nvim_get_current_buf()
end

-- Runs a command of the editor, and all that it asks of the server.
function command(text)
  vim.cmd(text)
  until_('the answers to ' .. text, function()
    return pending == 0
  end)
end

function bufnr(path)
  local buffer = vim.fn.bufnr('^' .. path .. '$')
  return buffer > 0 and buffer or nil
end

-- Waits until the function gives something, and returns that.
function until_(what, condition)
  return person.wait_for(what .. '; told: ' .. vim.inspect(told), person.short_milliseconds, condition)
end

-- Waits for the state of the run in task.yaml to hold a text.
function status_with(path, text)
  local now
  local came = vim.wait(person.short_milliseconds, function()
    now = person.status(bufnr(path))
    return now and now:find(text, 1, true) ~= nil
  end, 20)
  return came and now or error('the state is ' .. tostring(now) .. '; told: ' .. vim.inspect(told))
end

-- Waits to be told something with this text, after the first `known` messages.
function told_with(text, known)
  return until_('being told ' .. text, function()
    for index = (known or 0) + 1, #told do
      if told[index]:find(text, 1, true) then
        return told[index]
      end
    end
  end)
end

local function answer(line)
  local fine, value = xpcall(function()
    return assert(loadstring(line))()
  end, debug.traceback)
  if value == nil then
    value = vim.NIL
  end
  io.stdout:write(vim.json.encode(fine and { value = value } or { error = tostring(value) }), '\n')
  io.stdout:flush()
end

local rest = ''
local input = vim.loop.new_pipe(false)
input:open(0)
input:read_start(vim.schedule_wrap(function(_, chunk)
  if not chunk then
    return vim.cmd('qall!')
  end
  rest = rest .. chunk
  while true do
    local line, after = rest:match('^(.-)\n(.*)$')
    if not line then
      return
    end
    rest = after
    answer(line)
  end
end))
