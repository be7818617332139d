#include "usecases/sessions.h"

#include <sodium.h>

#include <algorithm>
#include <set>

#include "base/hash.h"
#include "base/ids.h"
#include "base/text.h"
#include "usecases/query.h"

namespace anxiao::usecases {

using organisations::Actor;
using organisations::Posting;

namespace {

// Argon2id (RFC 9106, section 4 leaves the choice; the second OWASP setting): 19 MiB, two passes.
constexpr unsigned long long kPasses = 2;
constexpr std::size_t kMemoryBytes = 19 * 1024 * 1024;

constexpr std::size_t kTokenBytes = 32;  // 43 characters
constexpr std::string_view kMachineMark = "m";
// How often the hour of the last request is written down: a request itself writes nothing.
constexpr std::int64_t kSeenEveryMs = 5 * kMinuteMs;
// Tokens known in memory; past it all are forgotten and read again as they come.
constexpr std::size_t kKnownMost = 200000;

Refusal wrong_login() {
  return {.why = Why::unauthenticated,
          .key = "session.wrong",
          .detail = "the login or the password is wrong"};
}

Refusal throttled(std::int64_t pause_ms) {
  return {.why = Why::busy,
          .key = "session.throttled",
          .detail = "too many wrong passwords; try again later",
          .args = {{"retry_after_seconds", (pause_ms + kSecondMs - 1) / kSecondMs}}};
}

Refusal no_session() {
  return {.why = Why::unauthenticated,
          .key = "session.none",
          .detail = "the token is none that is known here"};
}

Refusal ended_session() {
  return {.why = Why::unauthenticated,
          .key = "session.ended",
          .detail = "the session has ended; log in again"};
}

// A token's district, or empty where it is no token of that kind.
std::string district_of_token(std::string_view token, Carried how) {
  std::string_view mark = how == Carried::bearer ? kMachineMark : std::string_view{};
  if (token.size() != 7 + mark.size() + 43 || token[6] != '.') return {};
  if (!token.substr(7).starts_with(mark)) return {};
  if (!std::all_of(token.begin(), token.begin() + 6, [](char c) { return c >= '0' && c <= '9'; }))
    return {};
  return std::string(token.substr(0, 6));
}

std::string beginning_of(const std::string& text, std::size_t bytes) {
  if (!is_utf8(text)) return {};
  std::size_t end = std::min(bytes, text.size());
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
    --end;
  return text.substr(0, end);
}

struct Account {
  std::string district = {};
  std::string id = {};
  std::string name = {};
  std::string organisation = {};
  std::string path = {};
  std::string password = {};
  bool must_change = false;
  bool active = false;
};

constexpr std::string_view kAccountColumns =
    "p.district, p.id, p.name, p.organisation, p.path, p.password, p.must_change, p.active";

Account account_from(const Row& row) {
  return {.district = std::string(row.text(0)),
          .id = std::string(row.text(1)),
          .name = std::string(row.text(2)),
          .organisation = std::string(row.text(3)),
          .path = std::string(row.text(4)),
          .password = std::string(row.text(5)),
          .must_change = row.flag(6),
          .active = row.flag(7)};
}

std::optional<Account> account_by_login(Reader& reader, const std::string& login) {
  std::optional<Account> account;
  Query("SELECT " + std::string(kAccountColumns) +
            " FROM districts d JOIN people p ON p.district = d.district AND p.login = ?",
        {login})
      .run(reader, [&](const Row& row) { account = account_from(row); });
  return account;
}

std::optional<Account> account_by_id(Reader& reader, const std::string& district,
                                     const std::string& id) {
  std::optional<Account> account;
  Query(
      "SELECT " + std::string(kAccountColumns) + " FROM people p WHERE p.district = ? AND p.id = ?",
      {district, id})
      .run(reader, [&](const Row& row) { account = account_from(row); });
  return account;
}

std::string account_subject(const std::string& person) { return "person:" + person; }
std::string address_subject(const std::string& address) { return "address:" + address; }

Entry session_entry(const Account& account, std::string kind, std::string subject, Instant now) {
  return {.district = account.district,
          .organisation = account.organisation,
          .path = account.path,
          .holder = {},
          .kind = std::move(kind),
          .noun = "sessions",
          .subject = std::move(subject),
          .actor = account.id,
          .happened_at = now,
          .known_at = now,
          .data = {{"person", account.id}},
          .hash = {}};
}

// The postings in force at `now`, and the first instant at which that will be different.
struct Held {
  std::vector<Posting> postings;
  std::int64_t until = INT64_MAX;
};

Held postings_of(Reader& reader, const std::string& person, Instant now) {
  Held held;
  Query(
      "SELECT q.id, q.post, q.organisation, o.name, o.kind, q.district, o.path, q.since, q.until,"
      " o.until FROM districts d JOIN postings q ON q.district = d.district AND q.person = ?"
      " JOIN organisations o ON o.district = q.district AND o.id = q.organisation"
      " ORDER BY q.since, q.id",
      {person})
      .run(reader, [&](const Row& row) {
        std::int64_t until = std::min(row.maybe_integer(8).value_or(INT64_MAX),
                                      row.maybe_integer(9).value_or(INT64_MAX));
        if (until <= now.ms) return;
        if (row.integer(7) > now.ms) {
          held.until = std::min(held.until, row.integer(7));
          return;
        }
        held.until = std::min(held.until, until);
        held.postings.push_back({.id = std::string(row.text(0)),
                                 .post = std::string(row.text(1)),
                                 .organisation = std::string(row.text(2)),
                                 .organisation_name = std::string(row.text(3)),
                                 .kind = std::string(row.text(4)),
                                 .district = std::string(row.text(5)),
                                 .path = std::string(row.text(6))});
      });
  return held;
}

}  // namespace

std::string login_from(std::string_view typed) {
  std::string login(trimmed(typed));
  for (char& c : login)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return login;
}

std::string password_hash(const std::string& password) {
  std::string out(crypto_pwhash_STRBYTES, '\0');
  if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), kPasses, kMemoryBytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw std::bad_alloc();
  out.resize(out.find('\0'));
  return out;
}

bool password_matches(const std::string& hash, const std::string& password) {
  if (hash.size() >= crypto_pwhash_STRBYTES) return false;
  std::string padded = hash;
  padded.resize(crypto_pwhash_STRBYTES, '\0');
  return crypto_pwhash_str_verify(padded.data(), password.data(), password.size()) == 0;
}

Result<void> check_password(std::string_view password, std::string_view login) {
  auto weak = [](const char* reason) {
    return Refusal{.why = Why::refused,
                   .key = "password.weak",
                   .detail = std::string("the password is weak: ") + reason,
                   .field = "new",
                   .args = {{"reason", reason}, {"least", kPasswordCharactersLeast}}};
  };
  if (!is_utf8(password) || length_of(password) < kPasswordCharactersLeast) return weak("short");
  if (password.size() > kPasswordBytesMost) return weak("long");
  if (!login.empty() && password.find(login) != std::string_view::npos &&
      password.size() < login.size() + kPasswordCharactersLeast)
    return weak("login");
  if (std::set<char>(password.begin(), password.end()).size() < 4) return weak("repeated");
  return {};
}

// A token that was read once: whose it is, and how long that may be believed.
struct Sessions::Known {
  std::shared_ptr<const Actor> actor;
  std::string district;
  std::int64_t ends_at = 0;         // of the token
  std::int64_t believed_until = 0;  // a posting begins or ends by itself
  bool machine = false;
  std::atomic<std::int64_t> seen_at{0};
  std::atomic<std::int64_t> written_at{0};
};

Sessions::Sessions(Store& store) : store_(store) {
  secret_ = random_token(kTokenBytes);
  dummy_ = password_hash(random_token(kTokenBytes));
}

std::string Sessions::root_district(Reader& reader) const {
  std::string district;
  Query(
      "SELECT d.district FROM districts d JOIN organisations o ON o.district = d.district AND"
      " o.id = d.organisation WHERE o.parent IS NULL ORDER BY d.district LIMIT 1")
      .run(reader, [&](const Row& row) { district = row.text(0); });
  return district.empty() ? "000000" : district;
}

// A login that nobody has is throttled as one that somebody has, but what was typed, which may be
// a password in the wrong box, is not to be found out from the database: the key dies with the
// process.
std::string Sessions::unknown_subject(std::string_view login) const {
  return "login:" + sha256_hex(secret_ + std::string(login)).substr(0, 32);
}

std::optional<std::int64_t> Sessions::pause_of(Reader& reader, const std::string& account,
                                               const std::string& address, Instant now) const {
  std::int64_t free_at = 0;
  Query(
      "SELECT t.free_at FROM districts d JOIN throttles t ON t.district = d.district AND"
      " (t.subject = ? OR t.subject = ?)",
      {account, address})
      .run(reader, [&](const Row& row) { free_at = std::max(free_at, row.integer(0)); });
  if (free_at <= now.ms) return std::nullopt;
  // A clock that jumped back must not shut anybody out for longer than a pause lasts.
  return std::min(free_at - now.ms, kLongestPauseMs);
}

void Sessions::count_failure(Transaction& transaction, const std::string& district,
                             const std::string& subject, std::int64_t free_failures,
                             Instant now) const {
  std::int64_t failures = 1;
  Query("SELECT failures, last_at FROM throttles WHERE district = ? AND subject = ?",
        {district, subject})
      .run(transaction, [&](const Row& row) {
        if (row.integer(1) > now.ms - kFailuresKeptMs) failures = row.integer(0) + 1;
      });
  std::int64_t pause = 0;
  if (failures >= free_failures) {
    std::int64_t doublings = std::min<std::int64_t>(failures - free_failures, 20);
    pause = std::min(kFirstPauseMs << doublings, kLongestPauseMs);
  }
  Query(
      "INSERT INTO throttles (district, subject, failures, free_at, last_at)"
      " VALUES (?, ?, ?, ?, ?) ON CONFLICT (district, subject) DO UPDATE SET"
      " failures = excluded.failures, free_at = excluded.free_at, last_at = excluded.last_at",
      {district, subject, failures, now.ms + pause, now.ms})
      .exec(transaction);
  Query("DELETE FROM throttles WHERE district = ? AND last_at < ?",
        {district, now.ms - kFailuresKeptMs})
      .exec(transaction);
}

Result<Sessions::Begun> Sessions::log_in(const LogIn& ask, Instant now) {
  std::string login = login_from(ask.login);
  std::optional<Account> account;
  std::string root;
  std::string subject;
  std::string address = address_subject(ask.address);
  std::optional<std::int64_t> pause;
  store_.read([&](Reader& reader) {
    if (is_utf8(login)) account = account_by_login(reader, login);
    root = root_district(reader);
    subject = account ? account_subject(account->id) : unknown_subject(login);
    pause = pause_of(reader, subject, address, now);
  });
  if (pause) return throttled(*pause);

  bool fits = ask.password.size() <= kPasswordBytesMost;
  bool matches = password_matches(account ? account->password : dummy_, fits ? ask.password : "");
  matches = matches && fits && account;

  std::string token;
  std::optional<Refusal> refusal;
  store_.write([&](Transaction& transaction) {
    // Others may have guessed meanwhile: what they used up is used up for this one too.
    pause = pause_of(transaction, subject, address, now);
    if (pause) {
      refusal = throttled(*pause);
      return true;
    }
    std::optional<Account> present;
    if (account) present = account_by_id(transaction, account->district, account->id);
    if (!matches || !present || !present->active || present->password != account->password) {
      refusal = wrong_login();
      count_failure(transaction, account ? account->district : root, subject,
                    kFreeFailuresOfAccount, now);
      count_failure(transaction, root, address, kFreeFailuresOfAddress, now);
      Entry entry = account ? session_entry(*account, "SessionRefused", account->id, now)
                            : session_entry({.district = root}, "SessionRefused", "", now);
      entry.actor.clear();
      entry.data["address"] = ask.address;
      transaction.record(std::move(entry));
      return true;
    }
    token = account->district + "." + random_token(kTokenBytes);
    std::string id = new_id(account->district, now);
    Query("DELETE FROM throttles WHERE district = ? AND subject = ?", {account->district, subject})
        .exec(transaction);
    Query(
        "DELETE FROM sessions WHERE district = ? AND person = ? AND (ends_at <= ? OR seen_at <= ?)",
        {account->district, account->id, now.ms, now.ms - kSessionIdleMs})
        .exec(transaction);
    Query(
        "INSERT INTO sessions (district, token_hash, id, person, began_at, seen_at, ends_at,"
        " address, agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {account->district, sha256_hex(token), id, account->id, now.ms, now.ms,
         now.ms + kSessionLongestMs, beginning_of(ask.address, 64), beginning_of(ask.agent, 200)})
        .exec(transaction);
    Entry entry = session_entry(*account, "SessionBegun", id, now);
    entry.data["address"] = ask.address;
    transaction.record(std::move(entry));
    return true;
  });
  if (refusal) return *refusal;
  TRY_LET(actor, actor_of(token, Carried::cookie, now));
  return Begun{.token = token, .actor = actor};
}

std::shared_ptr<Sessions::Known> Sessions::known_session(Reader& reader,
                                                         const std::string& district,
                                                         const std::string& hash,
                                                         Instant now) const {
  std::shared_ptr<Known> known;
  auto actor = std::make_shared<Actor>();
  Query(
      "SELECT s.id, s.person, s.seen_at, s.ends_at, p.name, p.must_change FROM sessions s"
      " JOIN people p ON p.district = s.district AND p.id = s.person AND p.active = TRUE"
      " WHERE s.district = ? AND s.token_hash = ?",
      {district, hash})
      .run(reader, [&](const Row& row) {
        known = std::make_shared<Known>();
        actor->session = row.text(0);
        actor->person = row.text(1);
        known->seen_at = row.integer(2);
        known->written_at = row.integer(2);
        known->ends_at = row.integer(3);
        actor->name = row.text(4);
        actor->must_change_password = row.flag(5);
      });
  if (!known) return nullptr;
  auto held = postings_of(reader, actor->person, now);
  actor->district = district;
  actor->postings = std::move(held.postings);
  known->believed_until = held.until;
  known->actor = std::move(actor);
  return known;
}

// A machine acts in the name of the person who made its token, at one post only, and no longer
// than that person is there.
std::shared_ptr<Sessions::Known> Sessions::known_machine(Reader& reader,
                                                         const std::string& district,
                                                         const std::string& hash,
                                                         Instant now) const {
  std::shared_ptr<Known> known;
  auto actor = std::make_shared<Actor>();
  Query(
      "SELECT t.id, t.person, t.name, t.post, t.organisation, t.ends_at, o.name, o.kind, o.path,"
      " o.until FROM tokens t"
      " JOIN districts d ON TRUE"
      " JOIN people p ON p.district = d.district AND p.id = t.person AND p.active = TRUE"
      " JOIN organisations o ON o.district = t.district AND o.id = t.organisation"
      " WHERE t.district = ? AND t.token_hash = ? AND t.revoked_at IS NULL",
      {district, hash})
      .run(reader, [&](const Row& row) {
        known = std::make_shared<Known>();
        known->machine = true;
        known->seen_at = now.ms;
        known->ends_at = row.integer(5);
        known->believed_until = row.maybe_integer(9).value_or(INT64_MAX);
        actor->person = row.text(1);
        actor->name = row.text(2);
        if (known->believed_until > now.ms)
          actor->postings.push_back({.id = std::string(row.text(0)),
                                     .post = std::string(row.text(3)),
                                     .organisation = std::string(row.text(4)),
                                     .organisation_name = std::string(row.text(6)),
                                     .kind = std::string(row.text(7)),
                                     .district = district,
                                     .path = std::string(row.text(8))});
      });
  if (!known) return nullptr;
  actor->district = std::string(district_of(actor->person));
  known->actor = std::move(actor);
  return known;
}

Result<std::shared_ptr<const Actor>> Sessions::actor_of(std::string_view token, Carried how,
                                                        Instant now) {
  std::string district = district_of_token(token, how);
  if (district.empty()) return no_session();
  std::string hash = sha256_hex(token);
  std::shared_ptr<Known> known;
  std::uint64_t changes = 0;
  {
    std::lock_guard lock(guard_);
    changes = changes_;
    if (auto found = known_.find(hash); found != known_.end()) {
      known = found->second;
      if (known->believed_until <= now.ms) {
        known_.erase(found);
        known.reset();
      }
    }
  }
  if (!known) {
    store_.read([&](Reader& reader) {
      known = how == Carried::bearer ? known_machine(reader, district, hash, now)
                                     : known_session(reader, district, hash, now);
    });
    if (!known) return no_session();
    known->district = district;
    std::lock_guard lock(guard_);
    if (changes == changes_) {
      if (known_.size() >= kKnownMost) known_.clear();
      known_.insert_or_assign(hash, known);
    }
  }
  if (known->ends_at <= now.ms) return ended_session();
  if (!known->machine) {
    if (known->seen_at.load() <= now.ms - kSessionIdleMs) return ended_session();
    if (known->seen_at.load() < now.ms) known->seen_at = now.ms;
  }
  return known->actor;
}

void Sessions::log_out(const Actor& actor, Instant now) {
  if (actor.session.empty()) return;
  store_.write([&](Transaction& transaction) {
    auto account = account_by_id(transaction, actor.district, actor.person);
    auto gone = Query("DELETE FROM sessions WHERE district = ? AND person = ? AND id = ?",
                      {actor.district, actor.person, actor.session})
                    .exec(transaction);
    if (account && gone > 0)
      transaction.record(session_entry(*account, "SessionEnded", actor.session, now));
    return true;
  });
}

Result<void> Sessions::change_password(const Actor& actor, const std::string& old_password,
                                       const std::string& new_password, Instant now) {
  std::optional<Account> account;
  std::string login;
  std::optional<std::int64_t> pause;
  std::string subject = account_subject(actor.person);
  store_.read([&](Reader& reader) {
    account = account_by_id(reader, actor.district, actor.person);
    Query("SELECT login FROM people WHERE district = ? AND id = ?", {actor.district, actor.person})
        .run(reader, [&](const Row& row) { login = row.text(0); });
    pause = pause_of(reader, subject, subject, now);
  });
  if (!account || actor.session.empty()) return no_session();
  if (pause) return throttled(*pause);
  TRY(check_password(new_password, login));
  bool matches = old_password.size() <= kPasswordBytesMost &&
                 password_matches(account->password, old_password);
  if (matches && old_password == new_password)
    return Refusal{.why = Why::refused,
                   .key = "password.same",
                   .detail = "the new password is the old one",
                   .field = "new"};
  std::string hash = matches ? password_hash(new_password) : std::string{};
  std::optional<Refusal> refusal;
  store_.write([&](Transaction& transaction) {
    auto present = account_by_id(transaction, actor.district, actor.person);
    if (!matches || !present || !present->active || present->password != account->password) {
      refusal = wrong_login();
      refusal->field = "old";
      // The session is good: the person is known, and only the old password was wrong.
      refusal->why = Why::refused;
      count_failure(transaction, account->district, subject, kFreeFailuresOfAccount, now);
      return true;
    }
    Query("UPDATE people SET password = ?, must_change = FALSE WHERE district = ? AND id = ?",
          {hash, actor.district, actor.person})
        .exec(transaction);
    Query("DELETE FROM sessions WHERE district = ? AND person = ? AND id <> ?",
          {actor.district, actor.person, actor.session})
        .exec(transaction);
    transaction.record(session_entry(*account, "PasswordChanged", actor.person, now));
    return true;
  });
  if (refusal) return *refusal;
  return {};
}

void Sessions::heard(std::span<const Entry> entries) {
  static const std::set<std::string_view> kOfPerson = {
      "SessionEnded",    "PostGiven",     "PostEnded",   "PersonChanged",
      "PasswordChanged", "PasswordReset", "TokenRevoked"};
  static const std::set<std::string_view> kOfTree = {"OrganisationChanged"};
  std::lock_guard lock(guard_);
  for (const auto& entry : entries) {
    if (kOfTree.contains(entry.kind)) {
      ++changes_;
      std::erase_if(known_, [&](const auto& each) {
        return std::ranges::any_of(each.second->actor->postings, [&](const Posting& posting) {
          return posting.organisation == entry.subject;
        });
      });
    } else if (kOfPerson.contains(entry.kind)) {
      ++changes_;
      const auto* person = entry.data.if_contains("person");
      if (!person || !person->is_string()) {
        known_.clear();
        continue;
      }
      std::string_view id = person->get_string();
      std::erase_if(known_, [&](const auto& each) { return each.second->actor->person == id; });
    }
  }
}

void Sessions::keep_seen(Transaction& transaction, Instant now) {
  struct Seen {
    std::string district, hash;
    std::int64_t at;
  };
  std::vector<Seen> seen;
  {
    std::lock_guard lock(guard_);
    for (const auto& [hash, known] : known_) {
      auto at = known->seen_at.load();
      if (known->machine || at - known->written_at.load() < kSeenEveryMs) continue;
      known->written_at = at;
      seen.push_back({known->district, hash, at});
    }
  }
  for (const auto& each : seen)
    Query("UPDATE sessions SET seen_at = ? WHERE district = ? AND token_hash = ?",
          {each.at, each.district, each.hash})
        .exec(transaction);
  if (swept_ && now >= *swept_ && now.ms - swept_->ms < kHourMs) return;
  swept_ = now;
  clear_ended(transaction, now);
}

void Sessions::clear_ended(Transaction& transaction, Instant now) {
  std::vector<std::string> districts;
  Query("SELECT district FROM districts").run(transaction, [&](const Row& row) {
    districts.emplace_back(row.text(0));
  });
  for (const auto& district : districts) {
    Query("DELETE FROM sessions WHERE district = ? AND (ends_at <= ? OR seen_at <= ?)",
          {district, now.ms, now.ms - kSessionIdleMs - kSeenEveryMs})
        .exec(transaction);
    Query("DELETE FROM throttles WHERE district = ? AND last_at <= ?",
          {district, now.ms - kFailuresKeptMs})
        .exec(transaction);
  }
  std::lock_guard lock(guard_);
  std::erase_if(known_, [&](const auto& each) {
    const auto& known = *each.second;
    return known.ends_at <= now.ms ||
           (!known.machine && known.seen_at.load() <= now.ms - kSessionIdleMs);
  });
}

void Sessions::sweep(Instant now) {
  if (checked_ && now >= *checked_ && now.ms - checked_->ms < kSeenEveryMs) return;
  checked_ = now;
  store_.write([&](Transaction& transaction) {
    keep_seen(transaction, now);
    return true;
  });
}

std::size_t Sessions::held() const {
  std::lock_guard lock(guard_);
  return known_.size();
}

}  // namespace anxiao::usecases
