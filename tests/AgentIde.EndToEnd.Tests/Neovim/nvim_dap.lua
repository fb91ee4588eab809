-- What nvim-dap asks of an adapter and in which order, for the tests: nvim-dap itself is not there. Only what the
-- set-up file touches: adapters, configurations, listeners, run(), session() and its requests.

local M = { adapters = {}, configurations = {}, listeners = { after = { event_stopped = {} } }, ABORT = {} }

local milliseconds = 60000
local Session = {}
Session.__index = Session

local function start(adapter, configuration)
  local self = setmetatable({ config = configuration, number = 0, answers = {}, callbacks = {}, events = {}, rest = '' }, Session)
  local input, output = vim.loop.new_pipe(false), vim.loop.new_pipe(false)
  self.input = input
  self.handle = assert(vim.loop.spawn(adapter.command, {
    args = adapter.args,
    stdio = { input, output, nil },
    env = adapter.options.env,
  }, function(code)
    self.code = code
  end))
  output:read_start(vim.schedule_wrap(function(_, chunk)
    self.rest = self.rest .. (chunk or '')
    while true do
      local length, body = self.rest:match('^Content%-Length: (%d+)\r\n\r\n(.*)$')
      if not length or #body < tonumber(length) then
        return
      end
      self.rest = body:sub(tonumber(length) + 1)
      local message = vim.json.decode(body:sub(1, tonumber(length)))
      if message.type == 'response' then
        self.answers[message.request_seq] = message
        local callback = self.callbacks[message.request_seq]
        if callback then
          callback(not message.success and { message = message.message } or nil, message.body)
        end
      elseif message.type == 'event' then
        table.insert(self.events, message)
      end
    end
  end))
  return self
end

local function wait(what, condition)
  assert(vim.wait(milliseconds, condition, 5), 'waited in vain for ' .. what)
end

function Session:request(command, arguments, callback)
  self.number = self.number + 1
  local number = self.number
  self.callbacks[number] = callback
  local text = vim.json.encode({ seq = number, type = 'request', command = command, arguments = arguments })
  self.input:write(('Content-Length: %d\r\n\r\n%s'):format(#text, text))
  return function()
    wait('the answer to ' .. command, function()
      return self.answers[number] ~= nil
    end)
    local answer = self.answers[number]
    assert(answer.success, answer.message)
    return answer.body
  end
end

-- The next event of a name that nobody has waited for.
function Session:event(name)
  local found
  wait('the event ' .. name, function()
    for index, event in ipairs(self.events) do
      if event.event == name then
        found = table.remove(self.events, index).body or {}
        return true
      end
    end
  end)
  return found
end

-- At a stop: threads, the stack of the one that stopped, scopes and values of its top frame.
function Session:stopped()
  local body = self:event('stopped')
  self.thread = body.threadId
  local threads = self:request('threads')().threads
  local frames = self:request('stackTrace', { threadId = body.threadId })().stackFrames
  local values = {}
  for _, scope in ipairs(self:request('scopes', { frameId = frames[1].id })().scopes) do
    values[scope.name] = {}
    for _, variable in ipairs(self:request('variables', { variablesReference = scope.variablesReference })().variables) do
      values[scope.name][variable.name] = variable.value
    end
  end
  for _, listen in pairs(M.listeners.after.event_stopped) do
    listen(self, body)
  end
  self.frames, self.current_frame, self.stopped_thread_id = frames, frames[1], body.threadId
  return { reason = body.reason, place = body.description, text = body.text, threads = #threads, frames = frames, values = values }
end

-- What dap.step_over(), dap.step_back(), dap.continue() and dap.reverse_continue() send.
function Session:move(command)
  self:request(command, { threadId = self.thread, granularity = 'statement' })()
  return self:stopped()
end

function Session:evaluate(expression)
  return self:request('evaluate', { expression = expression, context = 'repl', frameId = self.frames[1].id })().result
end

-- What dap.disconnect() does; the adapter ends by itself.
function Session:disconnect()
  self:request('disconnect', { restart = false })()
  wait('the end of the adapter', function()
    return self.code ~= nil
  end)
  return self.code
end

function M.session()
  return M.last
end

-- Starts a session: functions in a configuration are asked for their value.
function M.run(configuration)
  local asked = {}
  for name, value in pairs(configuration) do
    asked[name] = type(value) == 'function' and value() or value
    if asked[name] == M.ABORT then
      return nil
    end
  end
  local session = start(M.adapters[asked.type], asked)
  session.capabilities = session:request('initialize', {
    clientID = 'neovim',
    clientName = 'neovim',
    adapterID = 'nvim-dap',
    pathFormat = 'path',
    columnsStartAt1 = true,
    linesStartAt1 = true,
    supportsRunInTerminalRequest = true,
    supportsVariableType = true,
    supportsProgressReporting = true,
    supportsStartDebuggingRequest = true,
    locale = 'en_US',
  })()
  local begun = session:request(asked.request, asked)
  session:event('initialized')
  session:request('setExceptionBreakpoints', { filters = {} })()
  session:request('configurationDone')()
  begun()
  M.last = session
  return session
end

return M
