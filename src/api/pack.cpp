#include "api/pack.h"

#include <algorithm>
#include <map>

#include "api/lists.h"
#include "api/parts.h"
#include "domain/loops/picture.h"
#include "pack/grading.h"
#include "usecases/expiring.h"
#include "usecases/matter_view.h"
#include "usecases/words.h"

namespace anxiao::api {
namespace {

template <class T, class Each>
json::array array_of(const std::vector<T>& all, Each each) {
  json::array out;
  for (const auto& one : all) out.push_back(each(one));
  return out;
}

json::array fields_json(const std::vector<pack::Field>& fields) {
  return array_of(fields, [](const pack::Field& field) { return usecases::json_of(field); });
}

json::object kind_json(const pack::Kind& kind) {
  return {{"id", kind.id},
          {"name", write(kind.name)},
          {"is_school", kind.is_school},
          {"under", write(kind.under)}};
}

json::object post_json(const pack::Post& post) {
  return {{"id", post.id}, {"name", write(post.name)}, {"at", write(post.at)}};
}

json::value maybe(const std::optional<double>& number) {
  return number ? json::value(*number) : json::value(nullptr);
}

json::object choice_json(const pack::ItemChoice& choice) {
  return {{"id", choice.id}, {"name", write(choice.name)}, {"wrong", choice.wrong}};
}

constexpr const char* kAsks[] = {"state", "number", "numbers", "choice", "photo", "text", "moment"};

json::object item_json(const pack::ChecklistItem& item) {
  return {{"id", item.id},
          {"text", write(item.text)},
          {"wrong", write(item.wrong)},
          {"norm", item.norm},
          {"category", item.category},
          {"level", item.level},
          {"photo_wanted", item.photo_wanted},
          {"asks", kAsks[static_cast<std::size_t>(item.asks)]},
          {"required", item.required},
          {"least", maybe(item.least)},
          {"most", maybe(item.most)},
          {"least_term", item.least_term},
          {"most_term", item.most_term},
          {"unit", write(item.unit)},
          {"choices", array_of(item.choices, choice_json)},
          {"same_as", item.same_as}};
}

json::object checklist_json(const pack::Checklist& list) {
  return {{"id", list.id},
          {"name", write(list.name)},
          {"requirement", list.requirement},
          {"items", array_of(list.items, item_json)}};
}

constexpr const char* kCycles[] = {"school_day", "day",  "night", "week",        "month", "quarter",
                                   "half_year",  "year", "term",  "school_year", "dates", "event"};

json::object duty_json(const pack::Duty& duty) {
  std::vector<std::string> kinds;
  for (const auto& selector : duty.at)
    for (const auto& kind : selector.kinds)
      if (std::ranges::find(kinds, kind) == kinds.end()) kinds.push_back(kind);
  return {
      {"id", duty.id},
      {"name", write(duty.name)},
      {"post", duty.post},
      {"when_vacant", write(duty.when_vacant)},
      {"kinds", write(kinds)},
      {"cycle", kCycles[static_cast<std::size_t>(duty.cycle)]},
      {"times", duty.times},
      {"from_minute", duty.from_minute},
      {"to_minute", duty.to_minute},
      {"checklist", duty.checklist.empty() ? json::value(nullptr) : json::value(duty.checklist)},
      {"rostered", duty.rostered},
      {"requirement", duty.requirement},
      {"norm", duty.norm},
      {"basis", duty.basis},
      {"strictest_of", write(duty.strictest_of)},
      {"since", format_day(duty.since)},
      {"until", duty.until ? json::value(format_day(*duty.until)) : json::value(nullptr)}};
}

json::object facet_json(const pack::Facet& facet) {
  return {{"id", facet.id},
          {"name", write(facet.name)},
          {"type", facet.type},
          {"choices",
           array_of(facet.choices,
                    [](const auto& choice) {
                      return json::object{{"value", choice.first}, {"name", write(choice.second)}};
                    })},
          {"assumed", write(facet.assumed)}};
}

json::object school_term_json(const pack::SchoolTerm& term) {
  return {{"id", term.id}, {"from", format_day(term.from)}, {"to", format_day(term.to)}};
}

json::object school_year_json(const pack::SchoolYear& year) {
  return {{"id", year.id},
          {"from", format_day(year.from)},
          {"to", format_day(year.to)},
          {"published", year.published},
          {"terms", array_of(year.terms, school_term_json)}};
}

// Days of expiry that are spoken of before they come: each field once, with the longest lead.
json::array expiries_json(const pack::Pack& pack, const pack::Ledger& ledger) {
  std::map<std::string, int> leads;
  for (const auto& expiry : usecases::expiries_of(pack, ledger.id)) {
    auto& lead = leads[expiry.field];
    lead = std::max(lead, expiry.lead_days);
  }
  json::array out;
  for (const auto& [field, lead] : leads) out.push_back({{"field", field}, {"lead_days", lead}});
  return out;
}

json::object ledger_json(const pack::Pack& pack, const pack::Ledger& ledger) {
  return {{"id", ledger.id},
          {"name", write(ledger.name)},
          {"fields", fields_json(ledger.fields)},
          {"kinds", write(ledger.kinds)},
          {"title", ledger.title},
          {"noun", ledger.noun},
          {"keep", ledger.keep},
          {"expires", expiries_json(pack, ledger)}};
}

json::object stage_json(const pack::Stage& stage) {
  return {{"id", stage.id},
          {"name", write(stage.name)},
          {"end", stage.end},
          {"term_hours", write(stage.term_hours)},
          {"answers", write(stage.answers)}};
}

json::object guard_json(const pack::Guard& guard) {
  return {{"kind", guard.kind},
          {"of", write(guard.of)},
          {"unless", write(guard.unless)},
          {"why", write(guard.why)},
          {"clause", guard.clause}};
}

json::object move_json(const pack::Move& move) {
  return {{"id", move.id},
          {"name", write(move.name)},
          {"from", write(move.from)},
          {"to", move.to},
          {"passes", write(move.passes)},
          {"by", write(move.by)},
          {"fields", fields_json(move.fields)},
          {"guards", array_of(move.guards, guard_json)},
          {"assesses", move.assesses},
          {"automatic", move.automatic},
          {"forward", move.forward}};
}

json::object assessment_json(const pack::Assessment& method) {
  return {{"id", method.id},
          {"name", write(method.name)},
          {"factors", fields_json(method.factors)},
          {"result", method.result},
          {"thresholds", array_of(method.thresholds, [](const auto& threshold) {
             return json::object{{"term", threshold.term},
                                 {"at_least", threshold.at_least},
                                 {"level", threshold.level}};
           })}};
}

json::object chart_json(const pack::Chart& chart) {
  auto category = [&](const std::string& id) {
    auto words = chart.category_words.find(id);
    return json::object{
        {"id", id},
        {"name", write(words == chart.category_words.end() ? pack::Words{id, id} : words->second)}};
  };
  auto level = [](const pack::Level& each) {
    return json::object{{"id", each.id}, {"name", write(each.name)}, {"sign", each.sign}};
  };
  return {{"id", chart.id},
          {"name", write(chart.name)},
          {"clause", chart.clause},
          {"noun", chart.noun},
          {"kinds", write(chart.kinds)},
          {"keep", chart.keep},
          {"levels", array_of(chart.levels, level)},
          {"stages", array_of(chart.stages, stage_json)},
          {"moves", array_of(chart.moves, move_json)},
          {"fields", fields_json(chart.fields)},
          {"assessments", array_of(chart.assessments, assessment_json)},
          {"categories", array_of(chart.categories, category)},
          {"tells", write(chart.tells)}};
}

json::object term_json(const pack::Term& term) {
  return {{"id", term.id},     {"value", term.value}, {"unit", term.unit},
          {"norm", term.norm}, {"basis", term.basis}, {"words", write(term.words)}};
}

// Its words only: what weighs how much is told to those who see grades.
json::value grading_json(const pack::Pack& pack) {
  if (!pack.grading) return nullptr;
  const auto named = [](const auto& one) {
    return json::object{{"id", one.id}, {"name", write(one.name)}};
  };
  return json::object{
      {"id", pack.grading->id},
      {"name", write(pack.grading->name)},
      {"kinds", write(pack.grading->kinds)},
      {"parts", array_of(pack.grading->parts, named)},
      {"grades", array_of(pack.grading->grades, [](const pack::Grade& grade) {
         return json::object{{"id", grade.id}, {"name", write(grade.name)}, {"sign", grade.sign}};
       })}};
}

json::object pack_json(const pack::Pack& pack) {
  json::array terms;
  for (const auto& [id, term] : pack.terms) terms.push_back(term_json(term));
  return {{"id", pack.id},
          {"version", pack.version},
          {"title", write(pack.title)},
          {"zone", pack.zone},
          {"hash", pack.hash},
          {"kinds", array_of(pack.kinds, kind_json)},
          {"posts", array_of(pack.posts, post_json)},
          {"checklists", array_of(pack.checklists, checklist_json)},
          {"ledgers",
           array_of(pack.ledgers, [&](const auto& ledger) { return ledger_json(pack, ledger); })},
          {"loops", array_of(pack.charts, chart_json)},
          {"facets", array_of(pack.facets, facet_json)},
          {"duties", array_of(pack.duties, duty_json)},
          {"grading", grading_json(pack)},
          {"school_years", array_of(pack.school_years, school_year_json)},
          {"terms", terms}};
}

json::object requirement_json(const pack::Requirement& one) {
  return {{"id", one.id},
          {"text", write(one.text)},
          {"subject", one.subject},
          {"status", one.status},
          {"held_by", write(one.held_by)},
          {"norms", write(one.norms)},
          {"answers", write(one.answers)},
          {"checks", one.checks.size()},
          {"reason", one.reason.zh.empty() ? json::value(nullptr) : write(one.reason)}};
}

json::object clause_json(const pack::Clause& clause) {
  auto held = std::ranges::count_if(clause.requirements,
                                    [](const auto& one) { return one.status != "later"; });
  return {{"number", clause.number},
          {"title", write(clause.title)},
          {"requirements", array_of(clause.requirements, requirement_json)},
          {"held", held},
          {"total", clause.requirements.size()}};
}

Result<http::Response> read_pack(const Call& call) {
  TRY(may_read_pack(call));
  const auto& pack = call.office.pack;
  std::string etag = "\"" + pack.hash + "\"";
  http::Response response;
  if (call.request.header("if-none-match") == etag)
    response.status = 304;
  else
    response = json_answer(200, pack_json(pack));
  response.headers.emplace_back("ETag", etag);
  response.headers.emplace_back("Cache-Control", "private, no-cache");
  return response;
}

Result<http::Response> read_clauses(const Call& call) {
  TRY(may_read_pack(call));
  return json_answer(200, json::object{{"items", array_of(call.office.pack.clauses, clause_json)},
                                       {"as_of", call.office.zone.format(call.office.now)}});
}

Result<http::Response> read_clause(const Call& call) {
  TRY(may_read_pack(call));
  for (const auto& clause : call.office.pack.clauses)
    if (std::to_string(clause.number) == call.request.params[0])
      return json_answer(200, clause_json(clause));
  return Refusal{.why = Why::not_found,
                 .key = "not_found",
                 .detail = "the pack has no such clause",
                 .args = {{"noun", "clauses"}}};
}

Result<http::Response> draw_loop(const Call& call) {
  TRY(may_read_pack(call));
  const auto* chart = call.office.pack.chart(call.request.params[0]);
  if (!chart)
    return Refusal{.why = Why::not_found,
                   .key = "not_found",
                   .detail = "the pack has no such loop",
                   .args = {{"noun", "loops"}}};
  std::string language = call.request.parameter("language") == "en" ? "en" : "zh";
  std::string here(call.request.parameter("here"));
  if (!chart->stage(here)) here.clear();
  http::Response response;
  response.type = "image/svg+xml";
  response.body = loops::picture(*chart, language, here);
  // A picture opened by itself runs nothing and loads nothing.
  response.headers.emplace_back("Content-Security-Policy",
                                "default-src 'none'; style-src 'unsafe-inline'");
  response.headers.emplace_back("Cache-Control", "private, no-cache");
  return response;
}

json::object open_object() { return {{"type", "object"}}; }

}  // namespace

Result<void> may_read_pack(const Call& call) {
  if (!organisations::scopes(call.office.pack, call.office.actor, "pack", "read").empty())
    return {};
  return Refusal{.why = Why::forbidden,
                 .key = "authority.forbidden",
                 .detail = "no post of the actor may read the pack",
                 .args = {{"noun", "pack"}, {"action", "read"}}};
}

std::vector<Route> pack_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/pack",
       .summary = "Kinds, posts, checklists, ledgers, loops and numbers, with an ETag.",
       .grants = {"pack.read"},
       .answer = open_object(),
       .handler = Reading(read_pack)},
      {.method = "GET",
       .pattern = "/api/v1/pack/clauses",
       .summary = "The notice, clause by clause, and what holds each requirement.",
       .grants = {"pack.read"},
       .answer = open_object(),
       .handler = Reading(read_clauses)},
      {.method = "GET",
       .pattern = "/api/v1/pack/clauses/{n}",
       .summary = "One clause by its number.",
       .grants = {"pack.read"},
       .answer = open_object(),
       .handler = Reading(read_clause)},
      {.method = "GET",
       .pattern = "/api/v1/pack/loops/{loop}/picture",
       .summary = "The picture of a loop, SVG.",
       .grants = {"pack.read"},
       .answer = open_object(),
       .query = {"language", "here"},
       .handler = Reading(draw_loop)},
  };
}

}  // namespace anxiao::api
