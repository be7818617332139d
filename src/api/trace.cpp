#include "api/trace.h"

#include "api/pack.h"
#include "api/parts.h"
#include "api/trace_shapes.h"
#include "base/json_map.h"
#include "pack/burden.h"
#include "pack/trace.h"
#include "pack/wording.h"

namespace anxiao::api {
namespace {

std::vector<shapes::TracedCondition> shaped(const std::vector<pack::Condition>& conditions) {
  std::vector<shapes::TracedCondition> out;
  for (const auto& each : conditions)
    out.push_back({each.facet, each.compare, each.value, each.number});
  return out;
}

shapes::TracedWanted shaped(const pack::Wanted& wanted) {
  shapes::TracedWanted out{wanted.number, wanted.facet, {}, wanted.per, wanted.from};
  for (const auto& step : wanted.steps) out.steps.push_back({step.below, step.number});
  return out;
}

shapes::TracedCheck shaped(const pack::Pack& pack, const pack::Check& check) {
  shapes::TracedCheck out{.kind = pack::word_of(check.kind),
                          .words = pack::in_words(pack, check),
                          .ledger = check.ledger,
                          .post = check.post,
                          .duty = check.duty,
                          .loop = check.loop,
                          .field = check.field,
                          .on = check.on,
                          .period = check.period,
                          .topics = check.topics,
                          .of_facet = check.of_facet,
                          .of_field = check.of_field,
                          .every = check.every,
                          .where = {},
                          .all_of = check.all_of,
                          .wanted = shaped(check.wanted),
                          .lead_days = check.lead_days,
                          .only_for = shaped(check.only_for)};
  for (const auto& each : check.where)
    out.where.push_back({each.field, each.compare, each.values, each.number});
  return out;
}

// Cases are counted where the folder of the pack has them.
shapes::TracedRequirement shaped(const pack::Pack& pack, const pack::Traced& row, bool counted) {
  const auto& one = *row.requirement;
  shapes::TracedRequirement out{.id = one.id,
                                .clause = row.clause,
                                .text = one.text,
                                .subject = one.subject,
                                .status = one.status,
                                .binds = {},
                                .held_by = one.held_by,
                                .answers = one.answers,
                                .checks = {},
                                .norms = {},
                                .cases = {},
                                .reason = {}};
  for (const auto& selector : one.binds)
    out.binds.push_back({selector.kinds, shaped(selector.where)});
  for (const auto& check : one.checks) out.checks.push_back(shaped(pack, check));
  for (const auto& norm : row.norms) out.norms.push_back({norm.id, norm.basis});
  if (counted) out.cases = {row.cases.holds, row.cases.fails, row.cases.moves};
  if (!one.reason.zh.empty()) out.reason = one.reason;
  return out;
}

Result<http::Response> read_trace(const Call& call) {
  TRY(may_read_pack(call));
  const auto& pack = call.office.pack;
  const auto counts = call.parts.cases.load();
  const auto trace = pack::trace_of(pack, counts ? *counts : pack::CaseCounts{});
  shapes::TraceWhole whole{.items = {},
                           .sums = {static_cast<int>(trace.rows.size()), trace.automated,
                                    trace.attested, trace.later, trace.proved, trace.bases},
                           .own_numbers = {},
                           .as_of = call.office.zone.format(call.office.now)};
  for (const auto& row : trace.rows) whole.items.push_back(shaped(pack, row, counts != nullptr));
  for (const auto& each : trace.own_numbers)
    whole.own_numbers.push_back({each.id, each.words, each.number, each.norm});
  return json_answer(200, write(whole));
}

Result<http::Response> read_burden(const Call& call) {
  TRY(may_read_pack(call));
  const auto& pack = call.office.pack;
  shapes::BurdenWhole whole{.items = {}, .as_of = call.office.zone.format(call.office.now)};
  for (const auto& burden : pack::burdens_of(pack)) {
    shapes::BurdenOfKind kind{burden.kind, burden.weekly(), burden.limit, {}};
    for (const auto& id : pack::asking_offices(pack, {burden})) {
      shapes::BurdenOfOffice office{id, burden.weekly_of(id), {}};
      for (const auto& part : burden.parts)
        if (part.office == id)
          office.parts.push_back({part.what, part.minutes, part.times, part.weekly()});
      kind.offices.push_back(std::move(office));
    }
    whole.items.push_back(std::move(kind));
  }
  return json_answer(200, write(whole));
}

}  // namespace

std::vector<Route> trace_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/pack/trace",
       .summary = "Every requirement of the notice: whom it binds, what holds and decides it, the "
                  "norms and whose their numbers are, and how many cases prove it.",
       .grants = {"pack.read"},
       .answer = schema<shapes::TraceWhole>(),
       .handler = Reading(read_trace)},
      {.method = "GET",
       .pattern = "/api/v1/pack/burden",
       .summary = "Minutes a week that the pack asks of each kind of school, by the office that "
                  "asks, with what makes them up; an estimate by a rule.",
       .grants = {"pack.read"},
       .answer = schema<shapes::BurdenWhole>(),
       .handler = Reading(read_burden)},
  };
}

}  // namespace anxiao::api
