// What the use cases need from a database: reading, and a unit of work that is durable, journalled
// and atomic before anyone is answered. SQL is the subset that SQLite and PostgreSQL both take
// (docs/decisions/0003): `$1` parameters in the order of first use, ON CONFLICT, RETURNING, JSONB
// with `->>`, row values, CTEs, window functions. What a database says differently is in `store`.

#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"

namespace anxiao::usecases {

// A parameter. JSON goes as its text.
using Value = std::variant<std::monostate, std::int64_t, double, bool, std::string>;

// One row of an answer, valid only inside the callback. Columns count from 0. A NULL reads as 0,
// false or an empty text: ask `is_null` or `maybe_…` where the difference matters.
class Row {
 public:
  virtual ~Row() = default;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual double number(int column) const = 0;
  virtual bool flag(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  std::optional<std::int64_t> maybe_integer(int column) const {
    return is_null(column) ? std::nullopt : std::optional(integer(column));
  }
  std::optional<std::string> maybe_text(int column) const {
    return is_null(column) ? std::nullopt : std::optional(std::string(text(column)));
  }
};

// A fault of the database, thrown. `full` and `busy` mean: nothing was written, try again later.
struct DatabaseFault : std::runtime_error {
  enum class Kind { unique, foreign_key, check, busy, full, damaged, interrupted, other };
  DatabaseFault(Kind kind_, const std::string& what) : std::runtime_error(what), kind(kind_) {}
  Kind kind;
};

class Reader {
 public:
  virtual ~Reader() = default;
  // Calls `each` for every row. All rows of one Reader are of one consistent state.
  virtual void query(std::string_view sql, std::span<const Value> params,
                     const std::function<void(const Row&)>& each) = 0;
  void query(std::string_view sql, std::initializer_list<Value> params,
             const std::function<void(const Row&)>& each) {
    query(sql, std::span<const Value>(params.begin(), params.size()), each);
  }
};

// A line of the journal. `data` is an object; `subject` the id of what it is about.
struct Entry {
  std::int64_t seq = 0;  // given by the store
  std::string district;
  std::string organisation;  // whose business it is: decides who may read it
  std::string path;          // of that organisation
  std::string holder;        // another organisation that may read it, where there is one
  std::string kind;          // past tense: MatterMoved, RowEntered, SessionBegun, …
  std::string noun;          // the grant that lets a reader see it: matters, rows, people, …
  std::string subject;
  std::string actor;  // person id; empty: the system
  Instant happened_at;
  Instant known_at;
  boost::json::object data;
  std::string hash;  // hexadecimal SHA-256, given by the store
};

// The text a journal entry's hash is taken over: a JSON array of seq, district, organisation,
// path, holder, kind, noun, subject, actor, happened_at, known_at and the text of data.
std::string hashed_text(const Entry& entry, std::string_view data_text);

// A unit of work. Everything in it is kept together or not at all; throwing undoes it, and so
// does returning false from the work. A DatabaseFault ends it: nothing more is taken, and it is
// undone even if the work catches the fault (what may be there already wants ON CONFLICT).
class Transaction : public Reader {
 public:
  // Rows changed.
  virtual std::int64_t exec(std::string_view sql, std::span<const Value> params) = 0;
  std::int64_t exec(std::string_view sql, std::initializer_list<Value> params) {
    return exec(sql, std::span<const Value>(params.begin(), params.size()));
  }
  // Writes a line of the journal; gives its sequence. Sequences have no gaps: what is undone gives
  // its numbers back.
  virtual std::int64_t record(Entry entry) = 0;
};

class Store {
 public:
  using Work = std::function<bool(Transaction&)>;
  // Called once, after the work is durable or undone; the fault where there was one.
  using Done = std::function<void(std::exception_ptr)>;
  // Called on the writing thread after a commit, before the `Done`s of that commit, with the
  // entries of that commit in order of sequence.
  using Listener = std::function<void(std::span<const Entry>)>;

  virtual ~Store() = default;
  // Reads on the calling thread, on a connection of its own; one consistent state.
  virtual void read(const std::function<void(Reader&)>& work) = 0;
  // Queues a unit of work for the writer. Throws DatabaseFault{busy} when the queue is full.
  virtual void submit(Work work, Done done) = 0;
  // Set once, before the first write.
  virtual void listen(Listener listener) = 0;
  // The highest sequence that is durable.
  virtual std::int64_t last_seq() const = 0;

  // `submit` and wait; rethrows the fault. Never from the writing thread.
  void write(const Work& work);

 protected:
  virtual bool on_writing_thread() const { return false; }
};

}  // namespace anxiao::usecases
