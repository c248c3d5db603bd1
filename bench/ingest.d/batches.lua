-- Sends batches of page views and clicks of many visitors, as a page or a library reports them. Of its environment: KEY; RUN,
-- which no other run is called; EVENTS of a batch; LATE, how many sessions in a hundred happened at any time of the last three
-- days, and not just now; OUT, where it writes what was acknowledged.
--
-- Each thread has one connection, so that an answer is that of its last batch.
local run, events, late = os.getenv("RUN"), tonumber(os.getenv("EVENTS")), tonumber(os.getenv("LATE"))
local VISITORS, SHARE_CODES, USER_CODES, CONTACTS = 400, 50, 20, 60
local WITHOUT_SESSION = 20000 -- visitors whose sessions the server tells by their pauses
local OPEN = 60 -- sessions of a thread at a time
local DAYS = 3

local pages = { "home", "profile", "portfolio", "article", "contact", "pricing", "imprint" }
local targets = {
  "contact.email", "contact.phone", "contact.vcard", "messaging.whatsapp", "messaging.signal", "social.linkedin",
  "social.instagram", "social.youtube", "portfolio.project-1", "portfolio.project-2", "portfolio.project-3", "ai_agent.open",
}
local agents = {
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
}
local referrers = { "", "https://www.linkedin.com/", "https://www.google.com/", "https://news.example/a/long/way/to/an/article" }

local threads = {}
function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

local open, headers, now, sessions, batch = {}, nil, os.time(), 0, 0
acknowledged, accepted, refused = {}, 0, 0

-- A visitor comes by the share code of a user, some as a contact who is known. One session in ten is not named by its client.
local function session()
  sessions = sessions + 1
  local named = sessions % 10 > 0
  local visitor = named and math.random(VISITORS) or VISITORS + math.random(WITHOUT_SESSION)
  local share = visitor % SHARE_CODES
  return {
    visitor = visitor,
    id = named and string.format('"sessionId":"%s-%d-%d",', run, number, sessions) or "",
    codes = string.format('"userCode":"user-%d","shareCode":"share-%d"', share % USER_CODES, share)
      .. (visitor % 4 == 0 and string.format(',"contactId":"contact-%d"', visitor % CONTACTS) or ""),
    agent = agents[visitor % #agents + 1],
    referrer = referrers[math.random(#referrers)],
    at = now - math.random(math.random(100) <= late and DAYS * 86400 or 1800),
    left = math.random(1, 15),
  }
end

local function event(position)
  local place = math.random(OPEN)
  local one = open[place]
  if not one or one.left == 0 then
    one = session()
    open[place] = one
  end
  one.left = one.left - 1
  one.at = one.at + math.random(90)
  local page = pages[math.random(#pages)]
  local what
  if math.random(10) > 3 then
    what = string.format('"type":"page","name":"The page %s","properties":{"pageType":"%s",%s}', page, page, one.codes)
  else
    what = string.format('"type":"track","event":"Clicked","properties":{"clickTarget":"%s",%s}', targets[math.random(#targets)], one.codes)
  end
  return string.format(
    '{%s,"messageId":"%s-%d-%d-%d","anonymousId":"visitor-%d","timestamp":"%s.%03dZ","context":{%s"userAgent":"%s",'
      .. '"page":{"url":"https://pages.example/%s","title":"The page %s","referrer":"%s"},"library":{"name":"bench","version":"1.0"}}}',
    what, run, number, batch, position, one.visitor, os.date("!%Y-%m-%dT%H:%M:%S", math.min(one.at, now)), math.random(0, 999),
    one.id, one.agent, page, page, one.referrer)
end

function init()
  math.randomseed(now * 64 + number)
  headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. os.getenv("KEY") }
end

function request()
  batch = batch + 1
  local list = {}
  for i = 1, events do
    list[i] = event(i)
  end
  return wrk.format("POST", nil, headers, '{"batch":[' .. table.concat(list, ",") .. "]}")
end

function response(status, _, body)
  if status == 200 then
    accepted = accepted + tonumber(body:match('"accepted":(%d+)'))
    acknowledged[#acknowledged + 1] = batch
  else
    refused = refused + 1
  end
end

function done(summary, latency)
  local out = os.getenv("OUT")
  local file = io.open(out .. ".acknowledged", "w")
  local all, sent_back = 0, 0
  for i, thread in ipairs(threads) do
    all = all + thread:get("accepted")
    sent_back = sent_back + thread:get("refused")
    for _, one in ipairs(thread:get("acknowledged")) do
      file:write(string.format("%s-%d-%d\n", run, i, one))
    end
  end
  file:close()
  file = io.open(out .. ".figures", "w")
  file:write(string.format("%d %.3f %.1f %.1f %d %d\n", all, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, sent_back, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
  file:close()
end
