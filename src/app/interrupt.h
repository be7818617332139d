// Ctrl-C and SIGTERM as a flag that long commands look at, and as something to wait for.

#pragma once

#include <atomic>

namespace anxiao::app {

// From here on both signals set the flag instead of ending the process.
const std::atomic<bool>& interrupted();
// Waits until one of them comes.
void wait_for_interrupt();

}  // namespace anxiao::app
