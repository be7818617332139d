// What goes out about matters, tasks and the day, as structures: the schemas of the route table.
// The use cases lay the JSON out themselves; a test reads it back through these.

#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "usecases/answers.h"
#include "usecases/excuses.h"
#include "usecases/expiring.h"
#include "usecases/matter_links.h"
#include "usecases/misses.h"
#include "usecases/page.h"
#include "usecases/tasks.h"
#include "usecases/today.h"
#include "usecases/words.h"

namespace anxiao::api::shapes {

using usecases::Ref;

struct MatterSummary {
  std::string id, loop, title;
  Ref organisation;
  std::string district, category, level;
  bool assessed = false;
  std::string stage, opened_at, entered_at;
  std::optional<std::string> due_at;
  bool late = false;
  std::optional<std::string> closed_at;
  Ref holder;
  std::optional<Ref> answerable;
  std::int64_t lapses = 0;
  std::optional<std::string> photo;
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(MatterSummary, (),
                      (id, loop, title, organisation, district, category, level, assessed, stage,
                       opened_at, entered_at, due_at, late, closed_at, holder, answerable, lapses,
                       photo, version))

struct Doer {
  std::string id, name, post;
};
BOOST_DESCRIBE_STRUCT(Doer, (), (id, name, post))

struct Stage {
  std::string stage, state;
  std::optional<std::string> entered_at, left_at;
  std::optional<Doer> by;
  std::optional<double> term_hours;
  std::optional<std::string> due_at;
  std::optional<std::int64_t> took_ms;
  bool late = false;
};
BOOST_DESCRIBE_STRUCT(Stage, (),
                      (stage, state, entered_at, left_at, by, term_hours, due_at, took_ms, late))

struct Choice {
  std::string id;
  pack::Words name;
};
BOOST_DESCRIBE_STRUCT(Choice, (), (id, name))

struct Field {
  std::string id;
  pack::Words name, hint;
  std::string type;
  bool required = false;
  bool personal = false;
  std::vector<std::string> kinds;  // of an organisation
  std::string loop;                // of a matter
  std::vector<Choice> choices;
  std::optional<double> least, most;
  pack::Words why;
};
BOOST_DESCRIBE_STRUCT(Field, (),
                      (id, name, hint, type, required, personal, kinds, loop, choices, least, most,
                       why))

struct OfferRefusal {
  std::string key, clause;
  std::vector<std::string> wants;
  boost::json::object args;
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(OfferRefusal, (), (key, clause, wants, args, detail))

struct Offer {
  std::string id;
  pack::Words name;
  bool forward = true;
  std::vector<Field> fields;
  bool allowed = false;
  std::optional<OfferRefusal> refusal;
};
BOOST_DESCRIBE_STRUCT(Offer, (), (id, name, forward, fields, allowed, refusal))

struct Made {
  std::int64_t number = 0;
  std::string id, move, from, to;
  std::vector<std::string> passed;
  Doer actor;
  Ref holder;
  std::string happened_at, known_at;
  bool late = false;
  std::string level;
  boost::json::object fields;
};
BOOST_DESCRIBE_STRUCT(Made, (),
                      (number, id, move, from, to, passed, actor, holder, happened_at, known_at,
                       late, level, fields))

struct History {
  std::vector<Made> items;
  std::optional<std::string> next;
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(History, (), (items, next, as_of))

struct Holding {
  Ref organisation;
  std::string from;
  std::optional<std::string> until;
  std::int64_t held_ms = 0;
};
BOOST_DESCRIBE_STRUCT(Holding, (), (organisation, from, until, held_ms))

struct Lapse {
  std::int64_t number = 0;
  std::string stage, lapsed_at, known_at, post;
  Ref organisation;
  std::vector<Ref> people;
};
BOOST_DESCRIBE_STRUCT(Lapse, (), (number, stage, lapsed_at, known_at, post, organisation, people))

struct Told {
  std::string post;
  std::vector<Ref> people;
};
BOOST_DESCRIBE_STRUCT(Told, (), (post, people))

// The summary's members with the rest; `lapses` is here what lapsed, not how often.
struct Matter {
  std::string id, loop, title;
  Ref organisation;
  std::string district, category, level;
  bool assessed = false;
  std::string stage, opened_at, entered_at;
  std::optional<std::string> due_at;
  bool late = false;
  std::optional<std::string> closed_at;
  Ref holder;
  std::optional<Ref> answerable;
  std::vector<Lapse> lapses;
  std::optional<std::string> photo;
  std::int64_t version = 0;
  boost::json::object fields;
  std::map<std::string, std::string> people;
  std::vector<Stage> stages;
  std::vector<Offer> moves;
  std::vector<Made> timeline;
  std::vector<Holding> holdings;
  std::vector<Told> told;
  std::vector<usecases::LinkedMatter> links;        // what it names
  std::vector<usecases::LinkedMatter> linked_from;  // what names it, as far as the caller sees
  std::optional<std::string> forgotten_at;          // when what is personal was let go of
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(Matter, (),
                      (id, loop, title, organisation, district, category, level, assessed, stage,
                       opened_at, entered_at, due_at, late, closed_at, holder, answerable, lapses,
                       photo, version, fields, people, stages, moves, timeline, holdings, told,
                       links, linked_from, forgotten_at, as_of))

struct CountRow {
  std::string district;
  std::optional<std::string> organisation;
  std::string level, stage;
  std::int64_t count = 0, late = 0;
};
BOOST_DESCRIBE_STRUCT(CountRow, (), (district, organisation, level, stage, count, late))

struct CountRows {
  std::vector<CountRow> rows;
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(CountRows, (), (rows, as_of))

struct FiguresLine {
  Ref organisation;
  std::int64_t expected = 0, open = 0, done = 0, late = 0, missed = 0, excused = 0, total = 0;
};
BOOST_DESCRIBE_STRUCT(FiguresLine, (),
                      (organisation, expected, open, done, late, missed, excused, total))

// What a task has besides, when it is read alone.
struct OfTask {
  std::vector<usecases::AnswerView> answers;
  std::vector<usecases::Excuse> excuses;
  std::optional<usecases::Miss> miss;
};
BOOST_DESCRIBE_STRUCT(OfTask, (), (answers, excuses, miss))

struct TermDays {
  std::string id, from, to;
};
BOOST_DESCRIBE_STRUCT(TermDays, (), (id, from, to))

struct Calendar {
  Ref organisation;
  std::vector<usecases::CalendarDay> items;
  std::vector<TermDays> terms;
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(Calendar, (), (organisation, items, terms, as_of))

struct TodayCounts {
  std::int64_t tasks_due = 0, tasks_done = 0, waiting = 0, late = 0, open = 0;
};
BOOST_DESCRIBE_STRUCT(TodayCounts, (), (tasks_due, tasks_done, waiting, late, open))

struct Today {
  std::vector<usecases::TaskView> tasks;
  std::vector<MatterSummary> waiting, late, told;
  TodayCounts counts;
  usecases::TaskFigures duties;  // of what the caller answers for
  std::optional<Ref> duties_of;  // absent: of the caller's own
  std::vector<usecases::HoleView> roster_holes;
  std::int64_t excuses_asked = 0;
  usecases::Expiring expiring;
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(Today, (),
                      (tasks, waiting, late, told, counts, duties, duties_of, roster_holes,
                       excuses_asked, expiring, as_of))

}  // namespace anxiao::api::shapes
