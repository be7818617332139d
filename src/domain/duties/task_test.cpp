// Tasks, first as sentences about single cases; then of invented organisations against a slow
// enumeration that looks at every occurrence, place and record by itself.

#include "domain/duties/task.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "domain/duties/test_school.h"

namespace anxiao::duties {
namespace {

Instant at(const char* text) { return country().at(text); }

std::vector<pack::Duty> only(std::initializer_list<const char*> ids) {
  std::vector<pack::Duty> duties;
  for (const char* id : ids) duties.push_back(*country().pack->duty(id));
  return duties;
}

Ground ground_of(const std::string& kind, boost::json::object facets = {}) {
  Ground ground;
  ground.organisation = "school";
  ground.subject = school(kind, std::move(facets));
  ground.since = at("2018-01-01T00:00");
  return ground;
}

Place place(const char* id, std::vector<std::string> lists, const char* person = "",
            const char* since = "2018-01-01T00:00", const char* until = nullptr) {
  return {id, std::move(lists), person, at(since), until ? std::optional(at(until)) : std::nullopt};
}

Holding holds(const char* person, const char* post, const char* since = "2018-01-01T00:00",
              const char* until = nullptr) {
  return {person, post, at(since), until ? std::optional(at(until)) : std::nullopt};
}

AnswerOnRecord answer(const char* duty, const char* period, const char* where, const char* happened,
                      const char* known = nullptr) {
  static int number = 0;
  return {fmt::format("answer-{}", ++number), duty,  period, where, at(happened),
          at(known ? known : happened),       "teng"};
}

// `duty period@place state owners`, a task marked with `?` where it is optional.
std::string text_of(const Task& task) {
  std::string text = task.occurrence.duty->id + " " + task.occurrence.period;
  if (!task.place.empty()) text += "@" + task.place;
  text += fmt::format(" {}{}", word_of(task.outcome.state), task.optional ? "?" : "");
  for (const auto& person : task.owner.people) text += " " + person;
  return text;
}

std::vector<std::string> texts(const std::vector<Task>& tasks) {
  std::vector<std::string> all;
  for (const auto& task : tasks) all.push_back(text_of(task));
  return all;
}

using Texts = std::vector<std::string>;

// One school and a few duties; what changes is said by each test.
struct Tasks : testing::Test {
  std::vector<pack::Duty> duties = only({"daily_inspection"});
  Ground ground = ground_of("primary");
  std::vector<Closure> closures;

  Texts on(const char* when, const char* now = nullptr) const {
    const auto moment = now ? at(now) : country().zone.start_of(day(when)).plus_ms(12 * kHourMs);
    return texts(tasks_of(duties, ground, calendar(), day(when), day(when), moment));
  }
  Texts closed(const char* after, const char* until) const {
    return texts(closed_tasks(duties, ground, calendar(), at(after), at(until)));
  }
  SchoolCalendar calendar() const { return country().calendar(ground.subject.kind, {}, closures); }
};

TEST_F(Tasks, AreOneForEachPointThatListsTheChecklist) {
  ground.places = {place("door", {"daily", "weekly"}), place("kitchen", {"weekly"}),
                   place("gate", {"daily"})};
  EXPECT_EQ(on("2026-03-04"), (Texts{"daily_inspection 2026-03-04@door open",
                                     "daily_inspection 2026-03-04@gate open"}));
}

TEST_F(Tasks, AreForTheWholeOrganisationWhereNoPointListsTheChecklist) {
  ground.places = {place("kitchen", {"weekly"})};
  duties = only({"daily_inspection", "gate_register"});
  EXPECT_EQ(on("2026-03-04"),
            (Texts{"daily_inspection 2026-03-04 open", "gate_register 2026-03-04 open"}));
}

TEST_F(Tasks, WithoutAChecklistDoNotAskForPoints) {
  ground.places = {place("door", {"daily", ""})};
  duties = only({"gate_register"});
  EXPECT_EQ(on("2026-03-04"), (Texts{"gate_register 2026-03-04 open"}));
}

TEST_F(Tasks, AtAPointAreOfThePersonWhoAnswersForItWhileHeHoldsAPost) {
  ground.places = {place("door", {"daily"}, "teng"), place("gate", {"daily"})};
  ground.holdings = {holds("an", "safety_manager"),
                     holds("teng", "class_teacher", "2018-01-01T00:00", "2026-03-05T08:00")};
  EXPECT_EQ(on("2026-03-04"), (Texts{"daily_inspection 2026-03-04@door open teng",
                                     "daily_inspection 2026-03-04@gate open an"}));
  EXPECT_EQ(on("2026-03-05"), (Texts{"daily_inspection 2026-03-05@door open an",
                                     "daily_inspection 2026-03-05@gate open an"}))
      << "the window ends at midnight, when he had no post any more";
}

TEST_F(Tasks, AtAPointAreOfTheSubstituteOfItsPerson) {
  ground.places = {place("door", {"daily"}, "teng")};
  ground.holdings = {holds("an", "safety_manager"), holds("teng", "class_teacher"),
                     holds("wu", "class_teacher")};
  ground.substitutes = {{"wu", "teng", day("2026-03-05"), day("2026-03-05")}};
  EXPECT_EQ(on("2026-03-04"), (Texts{"daily_inspection 2026-03-04@door open teng"}));
  EXPECT_EQ(on("2026-03-05"), (Texts{"daily_inspection 2026-03-05@door open wu"}));
}

TEST_F(Tasks, ThatAreRosteredAreOfThoseNamedForTheDay) {
  duties = only({"leader_on_duty"});
  ground.holdings = {holds("qin", "principal"), holds("an", "safety_manager"),
                     holds("teng", "class_teacher")};
  ground.rosters = {{"leader_on_duty", "an", day("2026-03-02"), day("2026-03-31"), {1, 3}},
                    {"leader_on_duty", "teng", day("2026-03-04"), day("2026-03-04"), {}},
                    {"leader_on_duty", "gone", day("2026-03-05"), day("2026-03-05"), {}},
                    {"arrival_guard", "teng", day("2026-03-02"), day("2026-03-31"), {}}};
  EXPECT_EQ(on("2026-03-02"), (Texts{"leader_on_duty 2026-03-02 open an"}));
  EXPECT_EQ(on("2026-03-04"), (Texts{"leader_on_duty 2026-03-04 open an teng"}));
  EXPECT_EQ(on("2026-03-03"), (Texts{"leader_on_duty 2026-03-03 open qin"})) << "a hole";
  EXPECT_EQ(on("2026-03-05"), (Texts{"leader_on_duty 2026-03-05 open qin"}))
      << "who is named holds no post here";
}

TEST_F(Tasks, OfANightAreOfThoseNamedForTheEvening) {
  duties = only({"night_fire_patrol"});
  ground = ground_of("boarding_middle");
  ground.holdings = {holds("li", "guard"), holds("wu", "guard")};
  ground.rosters = {{"night_fire_patrol", "li", day("2026-03-02"), day("2026-03-02"), {}},
                    {"night_fire_patrol", "wu", day("2026-03-03"), day("2026-03-03"), {}}};
  EXPECT_EQ(
      on("2026-03-03", "2026-03-03T03:00"),
      (Texts{"night_fire_patrol 2026-03-02N1 missed li", "night_fire_patrol 2026-03-02N2 open li",
             "night_fire_patrol 2026-03-03N1 expected wu"}));
  EXPECT_EQ(closed("2026-03-03T00:00", "2026-03-03T06:00"),
            (Texts{"night_fire_patrol 2026-03-02N1 missed li",
                   "night_fire_patrol 2026-03-02N2 missed li"}));
}

TEST_F(Tasks, OfTheRosterGoToTheSubstitute) {
  duties = only({"leader_on_duty"});
  ground.holdings = {holds("qin", "principal"), holds("an", "safety_manager")};
  ground.rosters = {{"leader_on_duty", "an", day("2026-03-02"), day("2026-03-31"), {}}};
  ground.substitutes = {{"qin", "an", day("2026-03-04"), day("2026-03-04")}};
  EXPECT_EQ(on("2026-03-04"), (Texts{"leader_on_duty 2026-03-04 open qin"}));
  EXPECT_EQ(rostered_on(ground.rosters, ground.substitutes, "leader_on_duty", day("2026-03-04")),
            Texts{"qin"});
  EXPECT_EQ(rostered_on(ground.rosters, ground.substitutes, "leader_on_duty", day("2026-04-01")),
            Texts{});
}

TEST_F(Tasks, OfAVacantPostAreOfTheNextAndNameWhatIsVacant) {
  ground.holdings = {holds("qin", "principal")};
  const auto tasks = tasks_of(duties, ground, calendar(), day("2026-03-04"), day("2026-03-04"),
                              at("2026-03-04T12:00"));
  ASSERT_EQ(texts(tasks), (Texts{"daily_inspection 2026-03-04 open qin"}));
  EXPECT_EQ(tasks[0].owner.post, "principal");
  EXPECT_EQ(tasks[0].owner.vacant, Texts{"safety_manager"});
}

TEST_F(Tasks, OfSomebodyWithTwoPostsAreHisOnce) {
  ground.holdings = {holds("qin", "principal"), holds("qin", "safety_manager")};
  EXPECT_EQ(on("2026-03-04"), (Texts{"daily_inspection 2026-03-04 open qin"}));
}

TEST_F(Tasks, OfAFirstBrokenDayMayBeDoneAndAreNeverMissed) {
  ground.since = at("2026-03-04T09:30");
  ground.subject.opened = day("2026-03-05");
  duties = only({"daily_inspection", "arrival_guard", "weekly_inspection", "leaving_guard"});
  EXPECT_EQ(on("2026-03-04"),
            (Texts{"daily_inspection 2026-03-04 open?", "leaving_guard 2026-03-04 expected?"}))
      << "the guard at arrival was over, and the week begins with the first whole day";
  EXPECT_EQ(on("2026-03-04", "2026-03-05T08:00"), (Texts{}));
  EXPECT_EQ(on("2026-03-03"), (Texts{}));
  EXPECT_EQ(closed("2026-03-03T00:00", "2026-03-05T12:00"),
            (Texts{"arrival_guard 2026-03-05 missed"}));
  ground.answers = {answer("daily_inspection", "2026-03-04", "", "2026-03-04T10:00")};
  EXPECT_EQ(on("2026-03-04", "2026-03-05T08:00"), (Texts{"daily_inspection 2026-03-04 done?"}));
}

TEST_F(Tasks, AtAPointOnItsFirstDayMayBeDoneAndAreNeverMissed) {
  ground.places = {place("door", {"daily", "weekly"}, "", "2026-03-04T09:30")};
  duties = only({"daily_inspection", "weekly_inspection"});
  EXPECT_EQ(on("2026-03-04"), (Texts{"daily_inspection 2026-03-04@door open?",
                                     "weekly_inspection 2026-W10@door open"}));
  EXPECT_EQ(closed("2026-03-04T12:00", "2026-03-05T12:00"), (Texts{}));
  EXPECT_EQ(closed("2026-03-05T12:00", "2026-03-06T12:00"),
            (Texts{"daily_inspection 2026-03-05@door missed"}));
}

TEST_F(Tasks, OfTheDayBeforeTheFirstPointStayTheWholeOrganisations) {
  ground.places = {place("door", {"daily"}, "", "2026-03-04T09:30")};
  EXPECT_EQ(on("2026-03-03", "2026-03-04T12:00"), (Texts{"daily_inspection 2026-03-03 missed"}));
  ground.answers = {answer("daily_inspection", "2026-03-04", "", "2026-03-04T08:00")};
  EXPECT_EQ(on("2026-03-04"),
            (Texts{"daily_inspection 2026-03-04@door open?", "daily_inspection 2026-03-04 done"}))
      << "what was done in the morning was done";
}

TEST_F(Tasks, AtAPointThatLeftTheListAreOwedNoMore) {
  ground.places = {place("door", {"daily"}),
                   place("gate", {"daily"}, "", "2018-01-01T00:00", "2026-03-04T10:00")};
  EXPECT_EQ(on("2026-03-04", "2026-03-04T09:00"), (Texts{"daily_inspection 2026-03-04@door open",
                                                         "daily_inspection 2026-03-04@gate open"}));
  EXPECT_EQ(on("2026-03-04"), (Texts{"daily_inspection 2026-03-04@door open"}));
  EXPECT_EQ(
      closed("2026-03-03T12:00", "2026-03-05T12:00"),
      (Texts{"daily_inspection 2026-03-03@door missed", "daily_inspection 2026-03-03@gate missed",
             "daily_inspection 2026-03-04@door missed"}));
  ground.answers = {answer("daily_inspection", "2026-03-04", "gate", "2026-03-04T08:00")};
  EXPECT_EQ(on("2026-03-04"), (Texts{"daily_inspection 2026-03-04@door open",
                                     "daily_inspection 2026-03-04@gate done"}));
}

TEST_F(Tasks, OfAnOrganisationThatEndedAreThoseItLivedToTheEndOf) {
  ground.subject.ended = day("2026-03-05");
  duties = only({"daily_inspection", "weekly_inspection"});
  EXPECT_EQ(on("2026-03-04"), (Texts{"daily_inspection 2026-03-04 open"}));
  EXPECT_EQ(on("2026-03-05"), (Texts{}));
  EXPECT_EQ(closed("2026-03-04T12:00", "2026-03-20T12:00"),
            (Texts{"daily_inspection 2026-03-04 missed"}));
}

TEST_F(Tasks, OfADayClosedAfterwardsKeepWhatWasDoneAndOweNothing) {
  closures = {{day("2026-03-04"), day("2026-03-04")}};
  ground.places = {place("door", {"daily"}), place("gate", {"daily"})};
  EXPECT_EQ(on("2026-03-04"), (Texts{}));
  ground.answers = {answer("daily_inspection", "2026-03-04", "door", "2026-03-04T07:40")};
  EXPECT_EQ(on("2026-03-04"), (Texts{"daily_inspection 2026-03-04@door done"}));
  EXPECT_EQ(closed("2026-03-04T12:00", "2026-03-05T12:00"), (Texts{}));
}

TEST_F(Tasks, ThatAreWantedSeveralTimesAreDoneWithAllOfThem) {
  duties = only({"key_place_patrol"});
  const int times = duties[0].times;
  ASSERT_GT(times, 1);
  for (int given = 1; given < times; ++given)
    ground.answers.push_back(answer("key_place_patrol", "2026-03-04", "", "2026-03-04T08:00"));
  EXPECT_EQ(on("2026-03-04"), (Texts{"key_place_patrol 2026-03-04 open"}));
  EXPECT_EQ(closed("2026-03-04T12:00", "2026-03-05T12:00"),
            (Texts{"key_place_patrol 2026-03-04 missed"}));
  ground.answers.push_back(answer("key_place_patrol", "2026-03-04", "", "2026-03-04T07:00"));
  const auto tasks = tasks_of(duties, ground, calendar(), day("2026-03-04"), day("2026-03-04"),
                              at("2026-03-04T12:00"));
  ASSERT_EQ(texts(tasks), (Texts{"key_place_patrol 2026-03-04 done"}));
  EXPECT_EQ(tasks[0].outcome.given, times);
  EXPECT_EQ(tasks[0].answers.front()->happened_at, at("2026-03-04T07:00")) << "in order";
}

TEST_F(Tasks, AnsweredInTimeAndKnownLaterWereMissedUntilThen) {
  ground.answers = {
      answer("daily_inspection", "2026-03-04", "", "2026-03-04T16:00", "2026-03-06T08:00")};
  EXPECT_EQ(closed("2026-03-04T12:00", "2026-03-05T12:00"),
            (Texts{"daily_inspection 2026-03-04 missed"}));
  EXPECT_EQ(on("2026-03-04", "2026-03-06T07:59"), (Texts{"daily_inspection 2026-03-04 missed"}));
  const auto tasks = tasks_of(duties, ground, calendar(), day("2026-03-04"), day("2026-03-04"),
                              at("2026-03-06T08:00"));
  ASSERT_EQ(texts(tasks), (Texts{"daily_inspection 2026-03-04 done"}));
  EXPECT_TRUE(tasks[0].outcome.known_late);
}

TEST_F(Tasks, ThatWereExcusedAreExcusedAtTheirOwnPlaceOnly) {
  ground.places = {place("door", {"daily"}), place("gate", {"daily"})};
  ground.excuses = {{"excuse-1", "daily_inspection", "2026-03-04", "gate"}};
  EXPECT_EQ(on("2026-03-04", "2026-03-05T12:00"),
            (Texts{"daily_inspection 2026-03-04@door missed",
                   "daily_inspection 2026-03-04@gate excused"}));
}

TEST_F(Tasks, AreCountedWithoutAskingWhoseTheyAre) {
  ground.holdings = {holds("an", "safety_manager")};
  const auto tasks = tasks_of(duties, ground, calendar(), day("2026-03-04"), day("2026-03-04"),
                              at("2026-03-04T12:00"), false);
  ASSERT_EQ(tasks.size(), 1u);
  EXPECT_TRUE(tasks[0].owner.people.empty());
}

// ---- the slow enumeration ----

// Chance from a seed, so that a failure can be seen again.
class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}
  int upto(int most) { return static_cast<int>(engine_() % static_cast<unsigned>(most + 1)); }
  bool one_in(int many) { return upto(many - 1) == 0; }
  template <class List>
  const auto& of(const List& list) {
    return list[static_cast<std::size_t>(upto(static_cast<int>(list.size()) - 1))];
  }
  // Within the weeks that are looked at and a little before.
  Instant moment() {
    return at("2026-02-20T00:00")
        .plus_ms(static_cast<std::int64_t>(upto(60 * 24 * 4)) * 15 * kMinuteMs);
  }
  Day day_near() { return day("2026-02-20").plus(upto(60)); }

 private:
  std::mt19937 engine_;
};

const std::vector<std::string> kPeople = {"an", "he", "li", "qin", "teng", "wu"};
const std::vector<std::string> kPosts = {"guard", "safety_manager", "principal", "class_teacher"};
const std::vector<std::string> kLists = {"daily", "weekly", "monthly", "night", "handover"};

struct Invented {
  Ground ground;
  std::vector<Closure> closures;
};

Invented invent(Chance& chance, const std::vector<pack::Duty>& duties) {
  Invented made;
  auto& ground = made.ground;
  const bool kindergarten = chance.one_in(2);
  ground = ground_of(kindergarten ? "kindergarten" : "boarding_middle");
  if (chance.one_in(3)) {
    ground.since = chance.moment();
    ground.subject.opened = first_whole_day(ground.since, country().zone);
  }
  if (chance.one_in(4)) ground.subject.ended = day("2026-03-20").plus(chance.upto(30));
  for (int count = chance.upto(4); count > 0; --count) {
    Place made_place{.id = fmt::format("place-{}", count),
                     .checklists = {chance.of(kLists), chance.of(kLists)},
                     .person = chance.one_in(2) ? chance.of(kPeople) : "",
                     .since = chance.one_in(2) ? ground.since : chance.moment(),
                     .until = std::nullopt};
    if (chance.one_in(3)) made_place.until = made_place.since.plus_ms(chance.upto(40) * kDayMs / 3);
    ground.places.push_back(made_place);
  }
  for (int count = chance.upto(8); count > 0; --count) {
    Holding holding{.person = chance.of(kPeople),
                    .post = chance.of(kPosts),
                    .since = chance.one_in(2) ? at("2018-01-01T00:00") : chance.moment(),
                    .until = std::nullopt};
    if (chance.one_in(2)) holding.until = holding.since.plus_ms(chance.upto(60) * kDayMs / 2);
    ground.holdings.push_back(holding);
  }
  for (int count = chance.upto(4); count > 0; --count) {
    const Day from = chance.day_near();
    ground.substitutes.push_back(
        {chance.of(kPeople), chance.of(kPeople), from, from.plus(chance.upto(12))});
  }
  const std::vector<std::string> rostered = {"leader_on_duty", "night_fire_patrol",
                                             "key_place_patrol", "arrival_guard"};
  for (int count = chance.upto(8); count > 0; --count) {
    const Day from = chance.day_near();
    Rostered named{chance.of(rostered), chance.of(kPeople), from, from.plus(chance.upto(20)), {}};
    while (chance.one_in(2)) named.weekdays.push_back(chance.upto(6) + 1);
    ground.rosters.push_back(named);
  }
  for (int count = chance.upto(2); count > 0; --count) {
    const Day from = chance.day_near();
    made.closures.push_back({from, from.plus(chance.upto(3))});
  }
  // Records also of what is not expected, at places that are not there, and out of time.
  Subject always = ground.subject;
  always.opened = day("2018-01-01");
  always.ended.reset();
  const auto calendar = country().calendar(ground.subject.kind);
  const auto all = expected(duties, always, calendar, day("2026-02-20"), day("2026-04-20"));
  for (int count = 400 + chance.upto(400); count > 0; --count) {
    const auto& one = chance.of(all);
    std::string where;
    if (!ground.places.empty() && chance.one_in(2)) where = chance.of(ground.places).id;
    if (chance.one_in(12)) {
      ground.excuses.push_back({fmt::format("excuse-{}", count), one.duty->id, one.period, where});
      continue;
    }
    const Instant happened =
        one.opens_at.plus_ms((one.closes_at.ms - one.opens_at.ms) * chance.upto(10) / 9);
    const Instant known = chance.one_in(4) ? happened.plus_ms(chance.upto(3) * kDayMs) : happened;
    ground.answers.push_back({fmt::format("answer-{}", count), one.duty->id, one.period, where,
                              happened, known, chance.of(kPeople)});
  }
  return made;
}

// Everything that could be due, kept by name, and judged one by one.
class Slow {
 public:
  Slow(const std::vector<pack::Duty>& duties, const Invented& world, const SchoolCalendar& calendar)
      : duties_(duties), world_(world.ground), calendar_(calendar) {
    for (const auto& duty : duties_) {
      std::set<std::string> seen;
      const auto take = [&](const Occurrence& occurrence, bool first_day) {
        if (seen.insert(occurrence.period).second) all_.push_back({occurrence, first_day});
      };
      for (const auto& each : expected(duty, world_.subject, calendar_, kFrom, kTo))
        take(each, false);
      Subject earlier = world_.subject;
      earlier.opened = country().zone.day_of(world_.since);
      for (const auto& each : expected(duty, earlier, calendar_, kFrom, kTo))
        if (each.last == earlier.opened && each.closes_at > world_.since) take(each, true);
      for (const auto& each : world_.answers)
        if (each.duty == duty.id)
          if (auto occurrence = occurrence_of(duty, world_.subject, calendar_, each.period))
            take(*occurrence, false);
    }
  }

  std::multiset<std::string> on(Day from, Day to, Instant now) const {
    std::multiset<std::string> found;
    for (const auto& [occurrence, first_day] : all_)
      if (occurrence.opens_at < country().zone.start_of(to.plus(1)) &&
          occurrence.closes_at > country().zone.start_of(from))
        add(occurrence, first_day, now, found);
    return found;
  }

  std::multiset<std::string> closed(Instant after, Instant until) const {
    std::multiset<std::string> found;
    for (const auto& [occurrence, first_day] : all_)
      if (!first_day && occurrence.waived == Waiver::none && occurrence.closes_at > after &&
          occurrence.closes_at <= until)
        add(occurrence, false, until, found);
    std::erase_if(found,
                  [](const std::string& text) { return text.find('?') != std::string::npos; });
    return found;
  }

 private:
  static constexpr Day kFrom{20400}, kTo{20700};  // November 2025 to September 2026

  std::string there(std::string person, Day on) const {
    std::set<std::string> met;
    const std::string self = person;
    while (met.insert(person).second) {
      bool moved = false;
      for (const auto& each : world_.substitutes)
        if (!moved && each.absent == person && each.from <= on && on <= each.to) {
          person = each.person;
          moved = true;
        }
      if (!moved) return person;
    }
    return self;
  }

  bool has_post(const std::string& person, Instant moment, const std::string& post = {}) const {
    for (const auto& each : world_.holdings)
      if (each.person == person && (post.empty() || each.post == post) && each.since <= moment &&
          (!each.until || *each.until > moment))
        return true;
    return false;
  }

  // Sorted, since whoever comes first is not asked for here.
  std::set<std::string> owners(const Occurrence& occurrence, const Place* where) const {
    const Instant end = occurrence.closes_at.plus_ms(-1);
    if (where && !where->person.empty()) {
      const auto person = there(where->person, occurrence.last);
      if (has_post(person, end)) return {person};
    }
    std::set<std::string> people;
    if (occurrence.duty->rostered)
      for (const auto& each : world_.rosters) {
        bool named = each.duty == occurrence.duty->id && each.from <= occurrence.first &&
                     occurrence.first <= each.to;
        bool weekday = each.weekdays.empty();
        for (int one : each.weekdays) weekday = weekday || one == weekday_of(occurrence.first);
        const auto person = there(each.person, occurrence.first);
        if (named && weekday && has_post(person, end)) people.insert(person);
      }
    Texts posts = {occurrence.duty->post};
    posts.insert(posts.end(), occurrence.duty->when_vacant.begin(),
                 occurrence.duty->when_vacant.end());
    for (const auto& post : posts) {
      if (!people.empty()) break;
      for (const auto& person : kPeople)
        if (has_post(person, end, post)) people.insert(there(person, occurrence.last));
    }
    return people;
  }

  void add(const Occurrence& occurrence, bool first_day, Instant now,
           std::multiset<std::string>& found) const {
    bool at_a_place = false;
    for (const auto& where : world_.places) {
      bool lists = false;
      for (const auto& list : where.checklists)
        lists = lists || (!list.empty() && list == occurrence.duty->checklist);
      const bool came = where.since < occurrence.closes_at;
      const bool gone = where.until && *where.until <= now && *where.until <= occurrence.closes_at;
      const bool due = lists && came && !gone;
      at_a_place = at_a_place || due;
      const bool fresh = where.since > country().zone.start_of(occurrence.last);
      if (!occurrence.duty->checklist.empty())
        judge(occurrence, &where, due, first_day || fresh, now, found);
    }
    judge(occurrence, nullptr, !at_a_place, first_day, now, found);
  }

  void judge(const Occurrence& occurrence, const Place* where, bool due, bool optional, Instant now,
             std::multiset<std::string>& found) const {
    int given = 0, in_time = 0, any = 0, excuses = 0;
    const std::string id = where ? where->id : "";
    for (const auto& each : world_.answers) {
      if (each.duty != occurrence.duty->id || each.period != occurrence.period || each.place != id)
        continue;
      ++any;
      if (each.known_at > now) continue;
      ++given;
      in_time += each.happened_at < occurrence.closes_at;
    }
    for (const auto& each : world_.excuses)
      excuses +=
          each.duty == occurrence.duty->id && each.period == occurrence.period && each.place == id;
    const bool waived = occurrence.waived != Waiver::none;
    if (!due && given < occurrence.times) return;
    if (waived && any == 0) return;
    if (due && optional && any == 0 && occurrence.closes_at <= now) return;
    const char* state = in_time >= occurrence.times  ? "done"
                        : excuses > 0 || waived      ? "excused"
                        : now < occurrence.opens_at  ? "expected"
                        : now < occurrence.closes_at ? "open"
                        : given >= occurrence.times  ? "late"
                                                     : "missed";
    std::string text = occurrence.duty->id + " " + occurrence.period + "@" + id + " " + state;
    if (due && optional) text += "?";
    for (const auto& person : owners(occurrence, where)) text += " " + person;
    found.insert(text);
  }

  struct Known {
    Occurrence occurrence;
    bool first_day;
  };
  const std::vector<pack::Duty>& duties_;
  const Ground& world_;
  const SchoolCalendar& calendar_;
  std::vector<Known> all_;
};

std::multiset<std::string> sorted_texts(const std::vector<Task>& tasks, const Ground& ground) {
  std::multiset<std::string> all;
  for (const auto& task : tasks) {
    const auto* where =
        std::find_if(ground.places.data(), ground.places.data() + ground.places.size(),
                     [&](const Place& each) { return each.id == task.place; });
    const auto owner = owner_at(task.occurrence, task.place.empty() ? nullptr : where, ground);
    std::string text =
        fmt::format("{} {}@{} {}{}", task.occurrence.duty->id, task.occurrence.period, task.place,
                    word_of(task.outcome.state), task.optional ? "?" : "");
    for (const auto& person : std::set<std::string>(owner.people.begin(), owner.people.end()))
      text += " " + person;
    all.insert(text);
  }
  return all;
}

TEST(TasksOfInventedSchools, AreThoseOfASlowEnumeration) {
  const auto& duties = country().pack->duties;
  std::map<std::string, int> seen;
  for (unsigned seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    Chance chance(seed);
    const auto world = invent(chance, duties);
    const auto calendar = country().calendar(world.ground.subject.kind, {}, world.closures);
    const Slow slow(duties, world, calendar);
    for (int asked = 0; asked < 12; ++asked) {
      const Day from = day("2026-02-24").plus(chance.upto(50));
      const Day to = from.plus(chance.one_in(3) ? chance.upto(9) : 0);
      const Instant now = country().zone.start_of(from).plus_ms(
          static_cast<std::int64_t>(chance.upto(24 * 4)) * kHourMs - kDayMs);
      const auto quick = tasks_of(duties, world.ground, calendar, from, to, now);
      EXPECT_EQ(sorted_texts(quick, world.ground), slow.on(from, to, now));
      for (const auto& task : quick) ++seen[word_of(task.outcome.state)];
      for (const auto& task : quick) seen["optional"] += task.optional;
    }
    Instant after = at("2026-03-01T00:00");
    while (after < at("2026-03-31T00:00")) {
      const Instant until = after.plus_ms((chance.upto(40) + 1) * kHourMs + 7 * kMinuteMs);
      EXPECT_EQ(
          sorted_texts(closed_tasks(duties, world.ground, calendar, after, until), world.ground),
          slow.closed(after, until));
      after = until;
    }
  }
  for (const char* state : {"expected", "open", "done", "late", "missed", "excused", "optional"})
    EXPECT_GT(seen[state], 5) << state << " hardly came up";
}

TEST(TasksOfInventedSchools, AreFoundUnderThePeriodsThatAreAskedFor) {
  const auto& duties = country().pack->duties;
  const auto ground = ground_of("boarding_middle");
  const auto calendar = country().calendar("boarding_middle");
  for (Day each = day("2026-02-24"); each < day("2026-04-10"); each = each.plus(1)) {
    std::set<std::string> periods;
    for (const auto& duty : duties)
      for (const auto& period : periods_of(duty, calendar, each, each))
        periods.insert(duty.id + " " + period);
    for (const auto& task :
         tasks_of(duties, ground, calendar, each, each, at("2026-03-01T00:00"), false))
      EXPECT_TRUE(periods.contains(task.occurrence.duty->id + " " + task.occurrence.period));
  }
}

}  // namespace
}  // namespace anxiao::duties
