// Units of work on their way to the thread that writes: they wait here, are taken together, and are
// answered after the commit that they shared (docs/decisions/0004). It knows no engine.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <span>
#include <vector>

#include "usecases/ports.h"

namespace anxiao::store {

struct Unit {
  usecases::Store::Work work;
  usecases::Store::Done done;
  std::exception_ptr fault = {};
};

class UnitQueue {
 public:
  explicit UnitQueue(std::size_t most) : most_(most) {}

  // Throws DatabaseFault{busy} where `most` wait already, and once it is closed.
  void push(Unit unit);
  // Housekeeping between two commits; it is never too much.
  void push_chore(Unit unit);

  struct Taken {
    std::vector<Unit> chores, units;
    bool over() const { return chores.empty() && units.empty(); }
  };
  // What waits, of units no more than so many; waits for some. Over: closed, and nothing is left.
  Taken take(std::size_t most_units);

  void close();
  std::size_t waiting() const;

 private:
  void refuse_when_closed() const;

  const std::size_t most_;
  mutable std::mutex guard_;
  std::condition_variable came_;
  std::deque<Unit> units_, chores_;
  bool closing_ = false;
};

// Tells each of them what befell the transaction that they shared, where nothing befell it itself:
// a fault of the database, an object for each, since each is answered on another thread. Refusals
// too: they may rest on what a neighbour wrote and is now undone.
void lose(std::span<Unit> units, const std::exception_ptr& fault);

// Answers them and lets them go. A fault belongs to whoever is answered from then on; one of an
// answer is logged.
void answer(std::span<Unit> units);

// Hands entries to whoever listens; what that throws is logged.
void hand_on(const usecases::Store::Listener& listener, std::span<const usecases::Entry> entries);

}  // namespace anxiao::store
