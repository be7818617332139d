// A few threads for what is slow: passwords, files, spreadsheets. The queue has an end, so that
// a rush is refused at once instead of answered when nobody waits any more.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace anxiao::api {

class Workers {
 public:
  Workers(int threads, std::size_t most_queued);
  ~Workers();  // finishes what is queued

  // False: the queue is full and nothing was taken. A task must not throw.
  bool give(std::function<void()> task);
  std::size_t queued() const;

 private:
  void work();

  const std::size_t most_queued_;
  mutable std::mutex guard_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace anxiao::api
