// A closed loop of keep-alive connections on one epoll thread: each sends its next request when
// its answer is whole.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace anxiao::bench {

struct Loaded {
  double per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  std::int64_t answered = 0;
  std::int64_t refused = 0;  // answers that are not 2xx
};

// `make` gives the next request; called from one thread.
Loaded load(std::uint16_t port, int connections, double seconds,
            const std::function<std::string()>& make);

}  // namespace anxiao::bench
