#include <iterator>
#include <utility>

#include "api/hub.h"
#if __has_include("api/session.h")
#include "api/session.h"
#endif
#if __has_include("api/pack.h")
#include "api/pack.h"
#endif
#if __has_include("api/organisations.h")
#include "api/organisations.h"
#endif
#if __has_include("api/people.h")
#include "api/people.h"
#endif
#if __has_include("api/tokens.h")
#include "api/tokens.h"
#endif
#if __has_include("api/ledgers.h")
#include "api/ledgers.h"
#endif
#if __has_include("api/tasks.h")
#include "api/tasks.h"
#endif
#if __has_include("api/matters.h")
#include "api/matters.h"
#endif
#if __has_include("api/attachments.h")
#include "api/attachments.h"
#endif
#if __has_include("api/today.h")
#include "api/today.h"
#endif
#if __has_include("api/journal.h")
#include "api/journal.h"
#endif
#if __has_include("api/state.h")
#include "api/state.h"
#endif
#include "api/route.h"

namespace anxiao::api {

std::vector<Route> routes() {
  std::vector<Route> all;
  [[maybe_unused]] auto add = [&](std::vector<Route> rows) {
    std::move(rows.begin(), rows.end(), std::back_inserter(all));
  };
#if __has_include("api/session.h")
  add(session_routes());
#endif
#if __has_include("api/pack.h")
  add(pack_routes());
#endif
#if __has_include("api/organisations.h")
  add(organisations_routes());
#endif
#if __has_include("api/people.h")
  add(people_routes());
#endif
#if __has_include("api/tokens.h")
  add(tokens_routes());
#endif
#if __has_include("api/ledgers.h")
  add(ledgers_routes());
#endif
#if __has_include("api/tasks.h")
  add(tasks_routes());
#endif
#if __has_include("api/matters.h")
  add(matters_routes());
#endif
#if __has_include("api/attachments.h")
  add(attachments_routes());
#endif
#if __has_include("api/today.h")
  add(today_routes());
#endif
#if __has_include("api/journal.h")
  add(journal_routes());
#endif
#if __has_include("api/state.h")
  add(state_routes());
#endif
  add(stream_routes());
  return all;
}

}  // namespace anxiao::api
