#include "app/interrupt.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <csignal>

namespace anxiao::app {
namespace {

std::atomic<bool> flag{false};
int told = -1;

// Only what is allowed inside a signal handler.
void on_signal(int) {
  flag.store(true);
  std::uint64_t once = 1;
  if (told >= 0 && write(told, &once, sizeof once) < 0) return;
}

}  // namespace

const std::atomic<bool>& interrupted() {
  if (told < 0) {
    told = eventfd(0, EFD_CLOEXEC);
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    std::signal(SIGPIPE, SIG_IGN);
    // A write beyond a limit on file sizes fails like one on a full disk.
    std::signal(SIGXFSZ, SIG_IGN);
  }
  return flag;
}

void wait_for_interrupt() {
  while (!interrupted().load()) {
    pollfd on{told, POLLIN, 0};
    poll(&on, 1, -1);
  }
}

}  // namespace anxiao::app
