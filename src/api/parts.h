// What `app` built and handlers use.

#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "base/time.h"
#include "pack/pack.h"
#include "pack/trace.h"
#include "usecases/ports.h"

namespace anxiao::usecases {
class Sessions;
class Sums;
class DutySums;
class Calendars;
class Standings;
class GradeFacts;
class AttachmentFiles;
class Seals;
}  // namespace anxiao::usecases

namespace anxiao::api {

class Hub;

struct Parts {
  usecases::Store& store;
  // Exchanged as a whole when it is read again; a call keeps the one it began with.
  std::atomic<std::shared_ptr<const pack::Pack>> pack;
  const Zone& zone;
  const Clock& clock;
  usecases::Sessions& sessions;       // who a cookie or a token is; usecases/sessions.h
  usecases::Sums& sums;               // kept counts of matters; usecases/sums.h
  usecases::DutySums& duty_sums;      // kept figures of today's tasks; usecases/duty_sums.h
  usecases::Calendars& calendars;     // of schools; usecases/calendars.h
  usecases::Standings& standings;     // requirement by requirement; usecases/standings.h
  usecases::GradeFacts& grade_facts;  // of schools; usecases/grade_facts.h
  usecases::AttachmentFiles& files;   // bytes on disk; usecases/attachments.h
  usecases::Seals& seals;             // signed roots; usecases/seals.h
  Hub& hub;                           // live stream; api/hub.h
  bool secure_cookie = false;         // behind TLS
  // Of the pack in use; empty where nobody counted them.
  std::atomic<std::shared_ptr<const pack::CaseCounts>> cases = {};
  // Reads the pack's folder again and exchanges `pack`; refuses `pack.refused` with the complaints
  // in `wants` and leaves the old one.
  std::function<Result<std::shared_ptr<const pack::Pack>>()> reload_pack = {};
};

}  // namespace anxiao::api
