-- Sends the question in the file QUERY, about one of the 20 organizations at random, as a viewer.
local file = io.open(os.getenv("QUERY"))
local body = file:read("*a")
file:close()

function init(args)
  math.randomseed(os.time())
end

function request()
  local one = body:gsub("bench%-1", "bench-" .. math.random(20), 1)
  return wrk.format("POST", nil, {
    ["Content-Type"] = "application/json",
    ["Accept"] = "application/graphql-response+json",
    ["Authorization"] = "Bearer " .. os.getenv("TOKEN"),
  }, one)
end
