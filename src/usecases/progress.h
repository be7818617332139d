// What a long command (migration, backup, restore, verification, import) tells while it works,
// and how it learns that it should stop. It does not know who listens.

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string_view>

namespace anxiao::usecases {

// Thrown out of a long command that was told to stop; it has undone what it began.
struct Interrupted : std::runtime_error {
  Interrupted() : std::runtime_error("interrupted; nothing was changed") {}
};

struct Progress {
  // `what` is an English word or two for the log; `done` of `total`, both in the same unit.
  std::function<void(std::string_view what, std::int64_t done, std::int64_t total)> tell = {};
  const std::atomic<bool>* stop = nullptr;

  bool stopped() const { return stop && stop->load(std::memory_order_relaxed); }
  // Tells, and throws Interrupted where it was told to stop.
  void step(std::string_view what, std::int64_t done, std::int64_t total) const {
    if (stopped()) throw Interrupted();
    if (tell) tell(what, done, total);
  }
};

}  // namespace anxiao::usecases
