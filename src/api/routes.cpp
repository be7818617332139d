// The whole of the API, noun by noun.

#include <iterator>
#include <utility>

#include "api/answers.h"
#include "api/attachments.h"
#include "api/duty_list.h"
#include "api/excuses.h"
#include "api/grades.h"
#include "api/hub.h"
#include "api/journal.h"
#include "api/ledgers.h"
#include "api/matters.h"
#include "api/misses.h"
#include "api/organisations.h"
#include "api/pack.h"
#include "api/people.h"
#include "api/rosters.h"
#include "api/route.h"
#include "api/session.h"
#include "api/sheets.h"
#include "api/standing.h"
#include "api/state.h"
#include "api/tasks.h"
#include "api/today.h"
#include "api/tokens.h"
#include "api/trace.h"
#include "api/trends.h"

namespace anxiao::api {

std::vector<Route> routes() {
  std::vector<Route> all;
  auto add = [&](std::vector<Route> rows) {
    std::move(rows.begin(), rows.end(), std::back_inserter(all));
  };
  add(session_routes());
  add(pack_routes());
  add(trace_routes());
  add(organisations_routes());
  add(people_routes());
  add(tokens_routes());
  add(ledgers_routes());
  add(sheets_routes());
  add(tasks_routes());
  add(rosters_routes());
  add(answers_routes());
  add(misses_routes());
  add(excuses_routes());
  add(standing_routes());
  add(grades_routes());
  add(trends_routes());
  add(duty_list_routes());
  add(matters_routes());
  add(attachments_routes());
  add(today_routes());
  add(journal_routes());
  add(state_routes());
  add(stream_routes());
  return all;
}

}  // namespace anxiao::api
