-- Sends the question in the file QUERY, again and again. Who was refused comes again after a second, as told.
local file = io.open(os.getenv("QUERY"))
local body = file:read("*a")
file:close()
local refused = false

function request()
  return wrk.format("POST", nil, {
    ["Content-Type"] = "application/json",
    ["Accept"] = "application/graphql-response+json",
    ["Authorization"] = "Bearer " .. os.getenv("TOKEN"),
  }, body)
end

function response(status)
  refused = status >= 400
end

function delay()
  return refused and 1000 or 0
end
