-- What a person sees and does in Neovim, for the tests: waits, reads what stands in a buffer, chooses actions.

local M = { short_milliseconds = 120000 }

function M.wait_for(what, milliseconds, condition)
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

-- What was told, since the start, as a list that grows.
function M.listen()
  local told = {}
  M.notify = vim.notify
  vim.notify = function(message)
    table.insert(told, message)
  end
  local show_message = vim.lsp.handlers['window/showMessage']
  vim.lsp.handlers['window/showMessage'] = function(error, result, context, config)
    table.insert(told, result.message)
    return show_message(error, result, context, config)
  end
  return told
end

function M.text(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
end

function M.server_of(buffer)
  return M.wait_for('the server', M.short_milliseconds, function()
    local client = vim.lsp.buf_get_clients(buffer)[next(vim.lsp.buf_get_clients(buffer)) or 0]
    return client and client.initialized and client.server_capabilities.hoverProvider and client
  end)
end

function M.messages(buffer, severity)
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer, { severity = severity })) do
    table.insert(found, { line = diagnostic.lnum + 1, message = diagnostic.message })
  end
  table.sort(found, function(one, other)
    return one.line < other.line
  end)
  return found
end

function M.hover(buffer, line)
  local params = { textDocument = { uri = vim.uri_from_bufnr(buffer) }, position = { line = line - 1, character = 0 } }
  for _, response in pairs(vim.lsp.buf_request_sync(buffer, 'textDocument/hover', params, M.short_milliseconds) or {}) do
    if response.result then
      return response.result.contents.value
    end
  end
end

-- Chooses from the menu that vim.lsp.buf.code_action() shows.
function M.choose(title)
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
  M.wait_for('the code actions', M.short_milliseconds, function()
    return titles
  end)
  return titles
end


-- The state of the run, as it stands in task.yaml.
function M.status(task)
  local found = M.messages(task, vim.diagnostic.severity.INFO)[1]
  return found and found.message
end

return M
