#include "store/unit_queue.h"

#include <algorithm>
#include <iterator>

#include "base/log.h"

namespace anxiao::store {

using usecases::DatabaseFault;

namespace {

std::exception_ptr as_database_fault(const std::exception_ptr& fault) {
  try {
    std::rethrow_exception(fault);
  } catch (const DatabaseFault& known) {
    return std::make_exception_ptr(DatabaseFault(known.kind, known.what()));
  } catch (const std::exception& error) {
    return std::make_exception_ptr(DatabaseFault(DatabaseFault::Kind::other, error.what()));
  } catch (...) {
    return std::make_exception_ptr(DatabaseFault(DatabaseFault::Kind::other, "unknown"));
  }
}

std::vector<Unit> front_of(std::deque<Unit>& queue, std::size_t most) {
  const auto end = queue.begin() + static_cast<std::ptrdiff_t>(std::min(queue.size(), most));
  std::vector<Unit> out(std::make_move_iterator(queue.begin()), std::make_move_iterator(end));
  queue.erase(queue.begin(), end);
  return out;
}

}  // namespace

void UnitQueue::refuse_when_closed() const {
  if (closing_) throw DatabaseFault(DatabaseFault::Kind::busy, "the store is closing");
}

void UnitQueue::push(Unit unit) {
  {
    std::lock_guard hold(guard_);
    refuse_when_closed();
    if (units_.size() >= most_)
      throw DatabaseFault(DatabaseFault::Kind::busy, "too many units of work are waiting");
    units_.push_back(std::move(unit));
  }
  came_.notify_one();
}

void UnitQueue::push_chore(Unit unit) {
  {
    std::lock_guard hold(guard_);
    refuse_when_closed();
    chores_.push_back(std::move(unit));
  }
  came_.notify_one();
}

UnitQueue::Taken UnitQueue::take(std::size_t most_units) {
  std::unique_lock hold(guard_);
  came_.wait(hold, [&] { return closing_ || !units_.empty() || !chores_.empty(); });
  return {.chores = front_of(chores_, chores_.size()), .units = front_of(units_, most_units)};
}

void UnitQueue::close() {
  {
    std::lock_guard hold(guard_);
    closing_ = true;
  }
  came_.notify_all();
}

std::size_t UnitQueue::waiting() const {
  std::lock_guard hold(guard_);
  return units_.size();
}

void lose(std::span<Unit> units, const std::exception_ptr& fault) {
  for (auto& unit : units)
    if (!unit.fault) unit.fault = as_database_fault(fault);
}

void answer(std::span<Unit> units) {
  for (auto& unit : units) {
    try {
      if (unit.done) unit.done(std::move(unit.fault));
    } catch (const std::exception& error) {
      log::error("an answer after a commit failed", {{"detail", error.what()}});
    }
    unit = {};
  }
}

void hand_on(const usecases::Store::Listener& listener, std::span<const usecases::Entry> entries) {
  if (!listener || entries.empty()) return;
  try {
    listener(entries);
  } catch (const std::exception& error) {
    log::error("a listener of the journal failed", {{"detail", error.what()}});
  }
}

}  // namespace anxiao::store
