#include "api/workers.h"

#include <algorithm>

namespace anxiao::api {

Workers::Workers(int threads, std::size_t most_queued) : most_queued_(most_queued) {
  for (int i = 0; i < std::max(threads, 1); ++i) threads_.emplace_back([this] { work(); });
}

Workers::~Workers() {
  {
    std::lock_guard lock(guard_);
    ending_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

bool Workers::give(std::function<void()> task) {
  {
    std::lock_guard lock(guard_);
    if (ending_ || tasks_.size() >= most_queued_) return false;
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
  return true;
}

std::size_t Workers::queued() const {
  std::lock_guard lock(guard_);
  return tasks_.size();
}

void Workers::work() {
  for (;;) {
    std::function<void()> task;
    {
      std::unique_lock lock(guard_);
      wake_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
  }
}

}  // namespace anxiao::api
