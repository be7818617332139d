// A refusal is anything a correct program can meet: bad input, no permission, an unmet guard,
// not found, a conflict. It is a value. A fault (disk full, database gone, a broken invariant)
// is an exception and is caught only at the request, session and job boundaries.
//
// Member names follow std::expected, so that Result can become an alias of it with C++23.

#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace anxiao {

// Why something is refused. The HTTP status follows from it, in one function of `api`.
enum class Why {
  malformed,
  unauthenticated,
  forbidden,
  not_found,
  refused,
  conflict,
  stale,
  too_large,
  busy,
};

// The word of the enumerator, as it stands in problem details.
const char* word_of(Why why);

// `key` names the sentence a person reads (`loops.guard_unmet`); its words are in the web's
// `words/*/refusals`. `field` is a JSON path into what was sent, `clause` the notice's item,
// `detail` an English sentence for logs and machines, `wants` what is still missing,
// `args` the values that the words mention.
struct Refusal {
  Why why = Why::refused;
  std::string key;
  std::string detail;
  std::string field = {};
  std::string clause = {};
  std::vector<std::string> wants = {};
  boost::json::object args = {};
};

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(Refusal refusal) : held_(std::in_place_index<1>, std::move(refusal)) {}

  bool has_value() const { return held_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  T& value() & { return std::get<0>(held_); }
  const T& value() const& { return std::get<0>(held_); }
  T&& value() && { return std::get<0>(std::move(held_)); }
  T& operator*() & { return std::get<0>(held_); }
  const T& operator*() const& { return std::get<0>(held_); }
  T&& operator*() && { return std::get<0>(std::move(held_)); }
  T* operator->() { return &std::get<0>(held_); }
  const T* operator->() const { return &std::get<0>(held_); }
  const Refusal& error() const& { return std::get<1>(held_); }
  Refusal&& error() && { return std::get<1>(std::move(held_)); }

 private:
  std::variant<T, Refusal> held_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  Result() = default;
  Result(Refusal refusal) : refusal_(std::move(refusal)) {}

  bool has_value() const { return !refusal_; }
  explicit operator bool() const { return has_value(); }
  const Refusal& error() const& { return *refusal_; }
  Refusal&& error() && { return std::move(*refusal_); }

 private:
  std::optional<Refusal> refusal_;
};

// A broken invariant: a fault of ours, never of the caller's input.
struct Fault : std::logic_error {
  using std::logic_error::logic_error;
};

// On in every build. Never on anything that came from outside.
inline void expect(bool holds, const char* why) {
  if (!holds) throw Fault(why);
}

}  // namespace anxiao

// The only two macros of the house; each is a whole statement.
#define TRY(expression)                                                        \
  do {                                                                         \
    if (auto tried_ = (expression); !tried_) return std::move(tried_).error(); \
  } while (false)

#define TRY_LET(name, expression)                            \
  auto name##_tried = (expression);                          \
  if (!name##_tried) return std::move(name##_tried).error(); \
  auto& name = *name##_tried
