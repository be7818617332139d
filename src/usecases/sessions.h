// Who is asking. A person logs in with a password and is then known by a session's token in a
// cookie; a machine is known by a bearer token that somebody made for it. Only hashes are stored:
// of passwords by Argon2id, of tokens by SHA-256.
//
// Who a token is, is held in memory and forgotten at once when the journal says that something
// about it changed: a session ended, a post given or taken, a person changed. Whoever is put out
// of office is out with the next request.
//
// Nothing here knows what a post allows; that is the authority's.

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "base/time.h"
#include "domain/organisations/authority.h"
#include "usecases/ports.h"

namespace anxiao::usecases {

// A session ends this long after the last request, and in any case this long after log-in.
inline constexpr std::int64_t kSessionIdleMs = 12 * kHourMs;
inline constexpr std::int64_t kSessionLongestMs = 7 * kDayMs;

// Wrong passwords that cost nothing; from the next on each wrong one doubles the pause.
inline constexpr std::int64_t kFreeFailuresOfAccount = 5;
inline constexpr std::int64_t kFreeFailuresOfAddress = 30;  // a school shares one address
inline constexpr std::int64_t kFirstPauseMs = 30 * kSecondMs;
inline constexpr std::int64_t kLongestPauseMs = 15 * kMinuteMs;
// Failures are forgotten after this long without another.
inline constexpr std::int64_t kFailuresKeptMs = kDayMs;

inline constexpr std::size_t kPasswordCharactersLeast = 10;
inline constexpr std::size_t kPasswordBytesMost = 1024;

// How the token came with the request: a cookie holds a session's, an Authorization header a
// machine's. One is never taken for the other.
enum class Carried { cookie, bearer };

class Sessions {
 public:
  explicit Sessions(Store& store);

  struct LogIn {
    std::string login;
    std::string password;
    std::string address;
    std::string agent;
  };
  struct Begun {
    std::string token;  // `500190.` + 43 characters
    std::shared_ptr<const organisations::Actor> actor;
  };
  // Takes as long for a login that nobody has as for a wrong password. Slow: on the worker lane.
  // Refuses `session.wrong`, `session.throttled` (args.retry_after_seconds).
  Result<Begun> log_in(const LogIn& ask, Instant now);

  // Cheap where the token is known already, one read of the database where not. Refuses, as
  // unauthenticated, `session.none` (no such token) and `session.ended` (out of time).
  Result<std::shared_ptr<const organisations::Actor>> actor_of(std::string_view token, Carried how,
                                                               Instant now);

  // Ends the actor's session; nothing where it is a machine's.
  void log_out(const organisations::Actor& actor, Instant now);

  // Ends the person's other sessions. Slow: on the worker lane. Refuses `session.wrong` for the old
  // one, `session.throttled`, `password.weak`, `password.same`.
  Result<void> change_password(const organisations::Actor& actor, const std::string& old_password,
                               const std::string& new_password, Instant now);

  // What was committed, in order. To be called from the store's listener, before anybody is
  // answered.
  void heard(std::span<const Entry> entries);

  // Writes down when sessions were last seen, and clears away what is out of time: sessions that
  // ended by themselves, failures long past. May be called as often as one likes, from one thread.
  void sweep(Instant now);

  std::size_t held() const;  // tokens known in memory

 private:
  struct Known;

  std::optional<std::int64_t> pause_of(Reader& reader, const std::string& account,
                                       const std::string& address, Instant now) const;
  void count_failure(Transaction& transaction, const std::string& district,
                     const std::string& subject, std::int64_t free_failures, Instant now) const;
  std::string root_district(Reader& reader) const;
  std::string unknown_subject(std::string_view login) const;
  std::shared_ptr<Known> known_session(Reader& reader, const std::string& district,
                                       const std::string& hash, Instant now) const;
  std::shared_ptr<Known> known_machine(Reader& reader, const std::string& district,
                                       const std::string& hash, Instant now) const;
  void keep_seen(Transaction& transaction, Instant now);
  void clear_ended(Transaction& transaction, Instant now);

  Store& store_;
  std::optional<Instant> checked_, swept_;  // when `sweep` last wrote, and last cleared
  std::string secret_;                      // of this process: what unknown logins are hashed with
  std::string dummy_;                       // a hash to verify where there is no person
  mutable std::mutex guard_;
  std::unordered_map<std::string, std::shared_ptr<Known>> known_;
  std::uint64_t changes_ =
      0;  // counts what `heard` forgot, so that a slow read cannot bring it back
};

// A login as it is kept: without blanks at its ends, small letters.
std::string login_from(std::string_view typed);

// Argon2id of a password, as libsodium writes it; slow on purpose.
std::string password_hash(const std::string& password);
bool password_matches(const std::string& hash, const std::string& password);

// Refuses `password.weak`, field `new`, args.reason: short, long, login, repeated.
Result<void> check_password(std::string_view password, std::string_view login);

}  // namespace anxiao::usecases
