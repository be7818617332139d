#include "standing_run.h"

#include <algorithm>

#include "base/text.h"
#include "domain/standing/running.h"
#include "pack/asking.h"

namespace anxiao::cases {

namespace json = boost::json;
using standing::State;

namespace {

const std::string kOwn = "organisation";

template <class List, class Value>
bool contains(const List& list, const Value& value) {
  return std::ranges::find(list, value) != list.end();
}

bool is_worse(State state) { return state == State::late || state == State::missing; }
bool is_well(State state) { return state == State::kept || state == State::due_soon; }

template <class Choices>
bool is_choice(const Choices& choices, std::string_view value) {
  return std::ranges::any_of(choices, [&](const auto& each) { return each.first == value; });
}

const pack::Requirement* requirement_of(const Ground& ground, const std::string& id) {
  const auto place = ground.plan->requirement(id);
  return place == standing::kNone ? nullptr : ground.plan->requirements()[place].requirement;
}

struct Runner {
  const Ground& ground;
  const pack::StandingCase& one;
  const pack::Requirement& requirement;
  standing::Matrix matrix;
  Stood stood = {};

  void wrong(const std::string& what) { stood.wrong.push_back(what); }

  const json::object& part(const char* key) {
    static const json::object none;
    const auto* found = one.given.if_contains(key);
    if (!found) return none;
    if (found->is_object()) return found->get_object();
    wrong(std::string("given.") + key + " is no mapping");
    return none;
  }

  std::string text(const json::object& object, const char* key, const std::string& otherwise = {}) {
    const auto* found = object.if_contains(key);
    return found && found->is_string() ? std::string(found->get_string()) : otherwise;
  }

  // A day is its noon.
  Instant instant(const std::string& said) {
    const auto day = parse_day(said.substr(0, 10));
    const auto hour =
        parse_instant("1970-01-01T" + (said.size() > 11 ? said.substr(11) : "12:00") + "Z");
    if (day && hour) return ground.zone->start_of(*day).plus_ms(hour->ms);
    wrong("`" + said + "` is no day and no hour; write 2026-04-01 or 2026-04-01T08:00");
    return {};
  }

  // --- whether the pack knows what is given, and the requirement asks for it ---

  bool read_by(auto asks) { return std::ranges::any_of(requirement.checks, asks); }

  void expect_read(bool read, const std::string& what) {
    if (!read) wrong("no check of " + requirement.id + " reads " + what + "; leave it out");
  }

  std::string complaint_of(const pack::Field& field, const json::value& value) {
    const std::string word = value.is_string() ? std::string(value.get_string()) : "";
    if (field.type == "flag") return value.is_bool() ? "" : "is true or false";
    if (field.type == "day") return parse_day(word) ? "" : "is a day";
    if (contains(std::vector<std::string>{"integer", "number", "money"}, field.type))
      return value.is_number() ? "" : "is a number";
    if (field.choices.empty()) return "";
    for (const auto& each : split(word, ','))
      if (!is_choice(field.choices, each)) return "has no choice `" + std::string(each) + "`";
    return "";
  }

  void check_row(const pack::Ledger& ledger, const json::object& row) {
    for (const auto& pair : row) {
      const std::string id(pair.key());
      const auto field = std::ranges::find(ledger.fields, id, &pack::Field::id);
      if (field == ledger.fields.end()) {
        wrong("the ledger " + ledger.id + " has no field " + id);
        continue;
      }
      const auto complaint = complaint_of(*field, pair.value());
      if (!complaint.empty()) wrong("the field " + ledger.id + "." + id + " " + complaint);
    }
  }

  void check_facets(const json::object& facets) {
    for (const auto& pair : facets) {
      const auto* facet = ground.pack->facet(std::string(pair.key()));
      if (!facet) {
        wrong("there is no facet " + std::string(pair.key()));
        continue;
      }
      const auto& value = pair.value();
      const bool good = facet->type == "flag" ? value.is_bool()
                        : facet->type == "number"
                            ? value.is_number()
                            : value.is_string() && is_choice(facet->choices, value.get_string());
      if (!good) wrong("the facet " + facet->id + " is not of that value");
    }
  }

  void check_keys() {
    const std::vector<std::string_view> known = {"kind", "facets", "since",  "on",
                                                 "rows", "posts",  "duties", "matters"};
    for (const auto& pair : one.given)
      if (!contains(known, std::string_view(pair.key())))
        wrong("given." + std::string(pair.key()) + " is not known here");
    const auto kind = text(one.given, "kind");
    if (!ground.pack->kind(kind)) wrong("given.kind: there is no kind `" + kind + "`");
    if (!one.given.contains("on")) wrong("given.on: say on which day");
    check_facets(part("facets"));
  }

  // --- what is on record ---

  void put_rows() {
    for (const auto& pair : part("rows")) {
      const std::string id(pair.key());
      const auto* ledger = ground.pack->ledger(id);
      if (!ledger || !contains(ledger->kinds, text(one.given, "kind"))) {
        wrong("no ledger " + id + " is kept there");
        continue;
      }
      expect_read(read_by([&](const pack::Check& check) { return check.ledger == id; }),
                  "the ledger " + id);
      if (!pair.value().is_array()) {
        wrong("given.rows." + id + " is no list of rows");
        continue;
      }
      int place = 0;
      for (const auto& row : pair.value().get_array()) {
        if (!row.is_object()) {
          wrong("a row of " + id + " is no mapping of fields");
          continue;
        }
        check_row(*ledger, row.get_object());
        matrix.put_row(kOwn, id, std::to_string(place++), row.get_object());
      }
    }
  }

  void put_posts() {
    for (const auto& pair : part("posts")) {
      const std::string id(pair.key());
      const auto* post = ground.pack->post(id);
      if (!post || !contains(post->at, text(one.given, "kind")))
        wrong("no post " + id + " is held there");
      if (!pair.value().is_int64() || pair.value().get_int64() < 0) {
        wrong("given.posts." + id + " is not how many hold it");
        continue;
      }
      expect_read(read_by([&](const pack::Check& check) { return check.post == id; }),
                  "the post " + id);
      matrix.set_holders(kOwn, id, static_cast<std::size_t>(pair.value().get_int64()));
    }
  }

  void put_duties() {
    for (const auto& pair : part("duties")) {
      const std::string id(pair.key());
      if (!ground.pack->duty(id)) wrong("there is no duty " + id);
      expect_read(read_by([&](const pack::Check& check) { return check.duty == id; }),
                  "the duty " + id);
      if (!pair.value().is_object()) {
        wrong("given.duties." + id + " is written {done: DAY} or {missed: DAY}");
        continue;
      }
      for (const auto& fact : pair.value().get_object()) {
        const auto at = instant(text(pair.value().get_object(), fact.key().data()));
        if (fact.key() == "done")
          matrix.duty_done(kOwn, id, at);
        else if (fact.key() == "missed")
          matrix.duty_missed(kOwn, id, at);
        else
          wrong("given.duties." + id + " is written {done: DAY} or {missed: DAY}");
      }
    }
  }

  void put_matters() {
    for (const auto& pair : part("matters")) {
      const std::string id(pair.key());
      const auto* chart = ground.pack->chart(id);
      const auto kind = text(one.given, "kind");
      if (!chart || !pack::sees_matters(*ground.pack, *chart, kind))
        wrong("no matters of the loop " + id + " are there");
      expect_read(read_by([&](const pack::Check& check) { return check.loop == id; }),
                  "the loop " + id);
      if (!pair.value().is_array()) {
        wrong("given.matters." + id + " is no list of matters");
        continue;
      }
      int place = 0;
      for (const auto& matter : pair.value().get_array()) {
        const auto due = matter.is_object() ? text(matter.get_object(), "due") : "";
        matrix.put_matter(kOwn, id, std::to_string(place++),
                          due.empty() ? standing::kNever : instant(due).ms);
      }
    }
  }

  void look() {
    check_keys();
    const auto since = parse_day(text(one.given, "since", "2020-01-01"));
    if (!since) return wrong("given.since is no day");
    matrix.put(kOwn, text(one.given, "kind"), part("facets"), ground.zone->start_of(*since),
               {kOwn});
    put_rows();
    put_posts();
    put_duties();
    put_matters();
    matrix.turn(instant(text(one.given, "on")));
    const auto place = ground.plan->requirement(requirement.id);
    stood.state = matrix.state_of(kOwn, place);
    if (const auto* subject = matrix.subject(kOwn)) stood.subject = *subject;
    std::string each;
    for (const auto check : ground.plan->requirements()[place].checks) {
      const auto* cell = matrix.cell(kOwn, check);
      stood.checks.push_back(cell ? cell->state : State::not_applicable);
      each += (each.empty() ? "" : ", ") + std::string(standing::word_of(stood.checks.back()));
    }
    if (standing::word_of(stood.state) != one.then)
      wrong("is " + std::string(standing::word_of(stood.state)) + ", expected " + one.then +
            "; its checks: " + each);
  }
};

// --- what is left unproved ---

struct Look {
  const pack::Requirement& requirement;
  std::vector<const Stood*> stood;
  std::vector<std::string>& gaps;

  void gap(const std::string& what) { gaps.push_back(requirement.id + ": no case " + what); }
  bool any(auto holds) {
    return std::ranges::any_of(stood, [&](const Stood* each) { return holds(*each); });
  }

  void at_whole() {
    if (!any([](const Stood& each) { return is_well(each.state); })) gap("keeps it");
    if (!any([](const Stood& each) { return is_worse(each.state); })) gap("breaks it");
    for (std::size_t place = 0; place < requirement.binds.size(); ++place)
      if (!any([&](const Stood& each) {
            return is_well(each.state) &&
                   contains(requirement.binds[place].kinds, each.subject.kind);
          }))
        gap("keeps it at a " + requirement.binds[place].kinds.front() + " (binds[" +
            std::to_string(place) + "])");
  }

  void at_check(std::size_t place) {
    const auto name = "its check " + std::to_string(place + 1);
    if (!any([&](const Stood& each) { return is_well(each.checks[place]); }))
      gap("sees " + name + " kept");
    if (!any([&](const Stood& each) {
          for (std::size_t other = 0; other < each.checks.size(); ++other)
            if (is_worse(each.checks[other]) != (other == place)) return false;
          return true;
        }))
      gap("breaks it by " + name + " alone");
    if (requirement.checks[place].only_for.empty()) return;
    if (!any([&](const Stood& each) {
          return standing::binds(requirement, each.subject) &&
                 !standing::is_asked(requirement.checks[place], each.subject);
        }))
      gap("sees " + name + " not asked");
  }
};

}  // namespace

Ground ground_of(std::shared_ptr<const pack::Pack> pack,
                 const std::vector<pack::HolidayYear>& years) {
  Ground ground;
  ground.zone = std::make_unique<Zone>(pack->zone);
  ground.plan = std::make_shared<const standing::Plan>(pack);
  ground.days = std::make_shared<const duties::WorkingDays>(years, *ground.zone);
  ground.pack = std::move(pack);
  return ground;
}

Stood run(const Ground& ground, const pack::StandingCase& one) {
  Stood stood;
  const auto* requirement = requirement_of(ground, one.requirement);
  const auto* kind = one.given.if_contains("kind");
  if (!requirement) {
    stood.wrong.push_back("no requirement " + one.requirement + " is decided");
    return stood;
  }
  const auto calendar = duties::SchoolCalendar::compose(
      ground.days, ground.pack->school_years,
      kind && kind->is_string() ? std::string(kind->get_string()) : "");
  expect(calendar.has_value(), "the calendar of a pack can be put together");
  const auto periods_of = [&](const standing::Subject&, Day day) {
    std::vector<standing::Stretch> terms, years;
    for (const auto& term : calendar->terms()) terms.push_back({term.from, term.to});
    for (const auto& year : calendar->school_years()) years.push_back({year.from, year.to});
    return standing::running_on(day, terms, years, [&](Day each) { return calendar->knows(each); });
  };
  Runner runner{.ground = ground,
                .one = one,
                .requirement = *requirement,
                .matrix = standing::Matrix(ground.plan, *ground.zone, periods_of)};
  runner.look();
  runner.stood.requirement = requirement;
  return std::move(runner.stood);
}

std::vector<std::string> gaps(const Ground& ground, const std::vector<Stood>& stood) {
  std::vector<std::string> found;
  for (const auto& each : ground.plan->requirements()) {
    Look look{.requirement = *each.requirement, .stood = {}, .gaps = found};
    for (const auto& one : stood)
      if (one.requirement == each.requirement) look.stood.push_back(&one);
    look.at_whole();
    for (std::size_t place = 0; place < each.requirement->checks.size(); ++place)
      look.at_check(place);
  }
  return found;
}

}  // namespace anxiao::cases
