// A server with all its parts, and the jobs that run by the clock: lapsed terms, seals, sweeping.
// Only here the concrete parts meet.

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "app/settings.h"
#include "base/time.h"
#include "pack/calendar.h"
#include "pack/pack.h"
#include "usecases/ports.h"

namespace anxiao::app {

// What stands in a data folder.
inline constexpr const char* kDatabaseFile = "anxiao.sqlite";
inline constexpr const char* kAttachmentFolder = "attachments";
inline constexpr const char* kKeyFolder = "keys";

class Serving {
 public:
  // Everything given must outlive it. The store must hold a city.
  Serving(const Settings& settings, usecases::Store& store, std::shared_ptr<const pack::Pack> pack,
          std::vector<pack::HolidayYear> years, const Zone& zone, const Clock& clock);
  ~Serving();
  // Throws std::system_error where the address is taken.
  void start();
  std::uint16_t port() const;
  void stop();

 private:
  struct Held;
  std::unique_ptr<Held> held_;
};

}  // namespace anxiao::app
