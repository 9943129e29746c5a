"""The scripts that admit and settle a request: each one step for Redis, so that processes can't overtake each other."""

CODES = (
    "parallel_limit",
    "user_rate_limited",
    "rate_limited",
    "rate_limited",
    "daily_limit",
    "daily_limit",
    "budget_exceeded",
)
"""What each number means with which the script refuses, from 1."""

# A minute is the last 60 whole seconds and the current one, each with its own count, so that no 60 seconds, wherever
# they begin, let more through than the limit.
ADMIT = """
local second = tonumber(redis.call('TIME')[1])
local lease, leaseSeconds = ARGV[1], tonumber(ARGV[2])
local tokens, nano, hasUser = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local limits = {}
for i = 6, #ARGV do limits[i - 5] = tonumber(ARGV[i]) end

local function minute(key, need, limit)
  local all, slots, used = redis.call('HGETALL', key), {}, 0
  for i = 1, #all, 2 do
    local slot, count = tonumber(all[i]), tonumber(all[i + 1])
    if slot < second - 60 then
      redis.call('HDEL', key, all[i])
    else
      slots[#slots + 1] = {slot, count}
      used = used + count
    end
  end
  if used + need <= limit then return nil end
  table.sort(slots, function(a, b) return a[1] < b[1] end)
  for _, slot in ipairs(slots) do
    used = used - slot[2]
    if used + need <= limit then return math.max(1, slot[1] + 61 - second) end
  end
  return 60
end

local function refuse(number, wait) return {number, wait, second, 0, 0, 0} end

redis.call('ZREMRANGEBYSCORE', KEYS[6], '-inf', second)
if redis.call('ZCARD', KEYS[6]) + 1 > limits[1] then return refuse(1, 1) end
local wait = hasUser == 1 and minute(KEYS[3], 1, limits[2])
if wait then return refuse(2, wait) end
wait = minute(KEYS[1], 1, limits[3])
if wait then return refuse(3, wait) end
wait = minute(KEYS[2], tokens, limits[4])
if wait then return refuse(4, wait) end
local dayRequests = tonumber(redis.call('HGET', KEYS[4], 'requests') or 0)
local dayTokens = tonumber(redis.call('HGET', KEYS[4], 'tokens') or 0)
local spent = tonumber(redis.call('HGET', KEYS[5], 'nano') or 0)
if dayRequests + 1 > limits[5] then return refuse(5, 3600) end
if dayTokens + tokens > limits[6] then return refuse(6, 3600) end
if spent + nano > limits[7] then return refuse(7, 3600) end

local function add(key, field, amount, kept)
  redis.call('HINCRBY', key, field, string.format('%.0f', amount))
  redis.call('EXPIRE', key, kept)
end
add(KEYS[1], second, 1, 120)
add(KEYS[2], second, tokens, 120)
if hasUser == 1 then add(KEYS[3], second, 1, 120) end
add(KEYS[4], 'requests', 1, 259200)
add(KEYS[4], 'tokens', tokens, 259200)
add(KEYS[5], 'nano', nano, 3456000)
redis.call('ZADD', KEYS[6], second + leaseSeconds, lease)
redis.call('EXPIRE', KEYS[6], math.ceil(leaseSeconds) + 60)
return {0, 0, second, dayRequests + 1, dayTokens + tokens, spent + nano}
"""

SETTLE = """
local second, lease, tokens, nano = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local function add(key, field, amount, kept)
  if tonumber(amount) == 0 then return end
  redis.call('HINCRBY', key, field, amount)
  redis.call('EXPIRE', key, kept)
end
add(KEYS[1], second, tokens, 120)
add(KEYS[2], 'tokens', tokens, 259200)
add(KEYS[3], 'nano', nano, 3456000)
redis.call('ZREM', KEYS[4], lease)
"""
