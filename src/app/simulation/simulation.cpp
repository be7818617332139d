#include "app/simulation/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <mutex>
#include <set>

#include "app/simulation/filling.h"
#include "app/simulation/picture.h"
#include "app/simulation/town.h"
#include "base/hash.h"
#include "base/ids.h"
#include "domain/facts/fields.h"
#include "usecases/calendars.h"
#include "usecases/daily_figures.h"
#include "usecases/duty_grounds.h"
#include "usecases/duty_keeper.h"
#include "usecases/keeper.h"
#include "usecases/ledgers.h"
#include "usecases/matters.h"
#include "usecases/moves.h"
#include "usecases/standings.h"
#include "usecases/sums.h"

namespace anxiao::app::simulation {

namespace json = boost::json;

namespace {

using usecases::Office;
using usecases::Reader;
using usecases::Row;
using usecases::Transaction;

// So many days of lessons have a year, for what happens so often in one.
constexpr double kDaysOfAYear = 200;
constexpr int kFirstHour = 8, kLastHour = 17;
// When the clock's own work is done, in minutes of the day.
constexpr int kRounds[] = {5, 9 * 60, 13 * 60, 18 * 60, 22 * 60};
// In its first weeks a term has little to show.
constexpr int kDaysToShow = 21;
// Whoever does it after all does it within so long.
constexpr double kLateHoursMost = 30;

Refusal nobody_may(const std::string& what) {
  return {.why = Why::forbidden, .key = "simulation.nobody", .detail = "nobody here " + what};
}

struct OpenMatter {
  std::string id, loop, organisation, holder;
  std::int64_t opened_at = 0;
};

class Simulation {
 public:
  Simulation(usecases::Store& store, usecases::AttachmentFiles& files, const pack::Pack& pack,
             std::vector<pack::HolidayYear> years, const Zone& zone, const Script& script,
             const SimulationPlan& plan, const usecases::Progress& progress)
      : store_(store),
        files_(files),
        pack_(pack),
        zone_(zone),
        script_(script),
        plan_(plan),
        progress_(progress),
        dice_(plan.seed),
        calendars_(zone, std::move(years)),
        standings_(zone, calendars_) {}

  Result<Simulated> run() {
    const auto began = zone_.start_of(plan_.from);
    TRY_LET(people, staff(store_, pack_, zone_, script_, dice_, began));
    sums_.people = people;
    town_ = std::make_unique<Town>(store_, pack_, script_, dice_);
    // The pack outlives the simulation: nothing here lets it go.
    const std::shared_ptr<const pack::Pack> shared(&pack_, [](const pack::Pack*) {});
    store_.read([&](Reader& reader) {
      standings_.rebuild(reader, shared, began);
      matter_sums_.rebuild(reader);
    });
    store_.listen([this](std::span<const usecases::Entry> entries) {
      calendars_.heard(entries);
      standings_.heard(entries);
      matter_sums_.heard(entries);
    });
    TRY(send_pictures(began));
    enter_points(began);
    settle();
    const auto last = zone_.day_of(plan_.until);
    for (Day day = plan_.from; day <= last && zone_.start_of(day) < plan_.until;
         day = day.plus(1)) {
      progress_.step("days", day.number - plan_.from.number, last.number - plan_.from.number + 1);
      live(day);
      sums_.days += 1;
    }
    store_.listen({});
    return sums_;
  }

 private:
  // --- one thing somebody does ---

  Office office_of(const std::string& person, Instant now) {
    return {.pack = pack_,
            .zone = zone_,
            .now = now,
            .actor = town_->actor(person),
            .calendars = &calendars_};
  }

  void count_refusal(const std::string& what, const Refusal& refusal) {
    std::lock_guard lock(guard_);
    sums_.refused[what + ": " + refusal.key] += 1;
  }
  void count(std::int64_t& sum) {
    std::lock_guard lock(guard_);
    sum += 1;
  }

  // In a transaction of its own, which a refusal undoes; many share a commit.
  void act(const std::string& what, std::int64_t& sum,
           std::function<Result<void>(Transaction&)> work) {
    store_.submit(
        [this, what, &sum, work = std::move(work)](Transaction& transaction) {
          auto done = work(transaction);
          if (!done) {
            count_refusal(what, done.error());
            return false;
          }
          count(sum);
          return true;
        },
        [this](std::exception_ptr fault) {
          std::lock_guard lock(guard_);
          if (fault && !fault_) fault_ = fault;
        });
    if (++queued_ % 500 == 0) settle();
  }
  // Until everything that was begun is durable.
  void settle() {
    store_.write([](Transaction&) { return true; });
    std::lock_guard lock(guard_);
    if (fault_) std::rethrow_exception(fault_);
  }

  Desk desk_of(const Place& place, const std::string& person, Instant now,
               const std::string& occasion) {
    return {.script = script_,
            .dice = dice_,
            .zone = zone_,
            .now = now,
            .today = zone_.day_of(now),
            .occasion = place.name + occasion + format_day(zone_.day_of(now)),
            .person = person,
            .people = place.people,
            .photo = photo_,
            .places = &town_->named_in(place.district)};
  }

  // --- before the first day ---

  Result<void> send_pictures(Instant now) {
    const auto picture = plain_picture();
    photo_ = to_hex(sha256(picture));
    std::set<std::string> sent;
    for (const auto& place : town_->places()) {
      if (place->people.empty() || !sent.insert(place->district).second) continue;
      auto kept =
          usecases::put_attachment(store_, files_, office_of(place->people.front(), now), photo_,
                                   {.type = "image/png", .range = {}, .bytes = picture});
      if (!kept) return kept.error();
    }
    return {};
  }

  // Those of the place who may answer its duties.
  std::vector<std::string> who_answer(const Place& place) {
    std::vector<std::string> out;
    for (const auto& person : place.people)
      if (organisations::may(pack_, town_->actor(person), "tasks", "answer", {.path = place.path}))
        out.push_back(person);
    return out;
  }

  bool has_points(const Place& place) {
    bool found = false;
    store_.read([&](Reader& reader) {
      found = !usecases::points_of(reader, place.id, plan_.until).empty();
    });
    return found;
  }

  void enter_points(Instant now) {
    const auto* ledger = pack_.ledger(usecases::kPoints);
    if (!ledger) return;
    for (const auto& place : town_->places()) {
      const auto* kind = pack_.kind(place->kind);
      if (!kind || !kind->is_school || place->people.empty() || has_points(*place)) continue;
      for (int number = 0; number < script_.points.each; ++number) {
        const auto desk =
            desk_of(*place, place->people.front(), now, fmt::format("point {}", number));
        json::object fields;
        for (const auto& field : ledger->fields)
          if (field.required || field.id == ledger->title)
            fields[field.id] = value_for(desk, field);
        fields["checklists"] = script_.points.checklists;
        const auto people = who_answer(*place);
        if (people.empty()) continue;
        fields["person"] = people[dice_.one_of(people.size(), desk.occasion)];
        enter(*place, *ledger, std::move(fields), now);
      }
    }
  }

  // By the first of the place who may.
  void enter(const Place& place, const pack::Ledger& ledger, json::object fields, Instant now) {
    act(ledger.id, sums_.rows,
        [this, &place, &ledger, fields = std::move(fields),
         now](Transaction& transaction) -> Result<void> {
          Result<void> out = nobody_may("enters_" + ledger.id);
          for (const auto& person : place.people) {
            auto kept = usecases::create_row(
                transaction, office_of(person, now), ledger.id,
                {.id = new_id(place.district, now), .organisation = place.id, .fields = fields});
            if (kept) return {};
            out = kept.error();
            if (kept.error().why != Why::forbidden) return out;
          }
          return out;
        });
  }

  // --- a day ---

  void live(Day day) {
    const auto midnight = zone_.start_of(day);
    plan_answers(day);
    plan_matters(day);
    if (weekday_of(day) == 1 || day == plan_.from) plan_rows(day);
    const auto end = std::min(zone_.start_of(day.plus(1)), plan_.until);
    std::size_t round = 0;
    const auto next_round = [&] {
      return round < std::size(kRounds) ? midnight.plus_ms(kRounds[round] * kMinuteMs) : end;
    };
    while (true) {
      const auto event = agenda_.begin();
      const bool is_due = event != agenda_.end() && event->first < end;
      const auto at = is_due ? event->first : end;
      while (round < std::size(kRounds) && next_round() <= at && next_round() < end) {
        keep(next_round());
        ++round;
      }
      if (!is_due) break;
      const auto work = std::move(event->second);
      agenda_.erase(event);
      work(at);
    }
    settle();
    if (end == plan_.until) keep(end.plus_ms(-1));
  }

  // What the clock asks for, as a server does it.
  void keep(Instant now) {
    settle();
    sums_.lapses += usecases::keep_terms(store_, pack_, zone_, now);
    sums_.misses += usecases::keep_duties(store_, pack_, zone_, calendars_, now);
    usecases::keep_daily_figures(store_, pack_, zone_, calendars_, standings_, matter_sums_, now);
  }

  void plan_at(Instant at, std::function<void(Instant)> work) {
    agenda_.emplace(at, std::move(work));
  }

  // A time of the stretch in which people are at work, if it has one.
  Instant time_within(Instant from, Instant to, const std::string& occasion) {
    const auto span = static_cast<double>(to.ms - from.ms);
    auto at = from.plus_ms(std::llround(span * (0.05 + 0.85 * dice_.throw_for(occasion))));
    if (span < kDayMs * 0.75) return at;
    const auto day = zone_.day_of(at);
    const double hour = kFirstHour + (kLastHour - kFirstHour) * dice_.throw_for(occasion + "hour");
    at = zone_.start_of(day).plus_ms(std::llround(hour * static_cast<double>(kHourMs)));
    return std::clamp(at, from, to.plus_ms(-kMinuteMs));
  }

  void plan_answers(Day day) {
    const auto midnight = zone_.start_of(day);
    const organisations::Actor nobody;
    const Office office{pack_, zone_, midnight, nobody, &calendars_};
    for (const auto& district : town_->districts()) {
      std::vector<usecases::DutyGround> grounds;
      store_.read([&](Reader& reader) {
        grounds = usecases::grounds_of(reader, office, district, day, day);
      });
      for (const auto& here : grounds) {
        const auto* place = town_->place(here.organisation.id);
        if (!place) continue;
        for (const auto& task :
             duties::tasks_of(pack_.duties, here.ground, *here.calendar, day, day, midnight))
          plan_task(*place, task, task.place.empty() ? "" : here.point_names.at(task.place),
                    midnight);
      }
    }
  }

  void plan_task(const Place& place, const duties::Task& task, const std::string& point,
                 Instant now) {
    const auto& occurrence = task.occurrence;
    if (occurrence.waived != duties::Waiver::none || task.owner.people.empty()) return;
    const auto key =
        fmt::format("{}/{}/{}/{}", place.id, occurrence.duty->id, occurrence.period, task.place);
    if (!planned_.insert(key).second) return;
    const auto name =
        fmt::format("{}/{}/{}/{}", place.name, occurrence.duty->id, occurrence.period, point);
    for (int time = task.outcome.given; time < occurrence.times; ++time) {
      const auto occasion = fmt::format("{}/{}", name, time);
      Instant at;
      if (dice_.happens(place.behaviour->done, occasion + "done")) {
        at = time_within(std::max(occurrence.opens_at, now), occurrence.closes_at, occasion);
      } else if (dice_.happens(place.behaviour->late, occasion + "late")) {
        const double hours = 1 + dice_.throw_for(occasion + "hours") * kLateHoursMost;
        at = occurrence.closes_at.plus_ms(std::llround(hours * static_cast<double>(kHourMs)));
      } else {
        continue;
      }
      const auto& people = task.owner.people;
      const auto person = people[dice_.one_of(people.size(), occasion + "person")];
      plan_at(at, [this, &place, duty = occurrence.duty, period = occurrence.period,
                   at_point = task.place, person, occasion](Instant then) {
        answer(place, *duty, period, at_point, person, occasion, then);
      });
    }
  }

  void answer(const Place& place, const pack::Duty& duty, const std::string& period,
              const std::string& point, const std::string& person, const std::string& occasion,
              Instant now) {
    act(duty.id, sums_.answers,
        [this, &place, &duty, period, point, person, occasion,
         now](Transaction& transaction) -> Result<void> {
          const auto desk = desk_of(place, person, now, occasion);
          usecases::AnswerDuty input;
          input.point = point;
          input.happened_at = zone_.format(now);
          if (const auto* checklist = pack_.checklist(duty.checklist)) {
            std::vector<std::string> bad;
            if (!checklist->items.empty() &&
                dice_.happens(place.behaviour->finds, occasion + "finds"))
              bad.push_back(
                  checklist->items[dice_.one_of(checklist->items.size(), occasion + "item")].id);
            input.items = items_for(desk, *checklist, bad);
          }
          auto given = usecases::answer_duty(
              transaction, office_of(person, now),
              {duty.id, place.id, period, new_id(place.district, now)}, input);
          if (!given) return given.error();
          return {};
        });
  }

  // --- matters ---

  void plan_matters(Day day) {
    const bool works = weekday_of(day) <= 5;
    if (!works) return;
    const auto midnight = zone_.start_of(day);
    for (const auto& matter : open_matters()) {
      const auto* place = town_->place(matter.organisation);
      if (!place) continue;
      const auto occasion =
          fmt::format("{}/{}/{}/{}", matter.loop, place->name, format_day(day), matter.opened_at);
      if (!dice_.happens(place->behaviour->moves, occasion)) continue;
      plan_at(time_within(midnight, midnight.plus_ms(kDayMs), occasion),
              [this, place, matter](Instant now) { move_on(*place, matter, now); });
    }
    for (const auto& place : town_->places())
      for (const auto& opens : script_.opens) {
        const auto* chart = pack_.chart(opens.loop);
        if (!chart || !may_be_about(*chart, *place)) continue;
        const auto occasion = opens.loop + place->name + format_day(day) + "opens";
        if (opens.hides.value_or(false) && place->behaviour->finds <= 0) continue;
        if (!dice_.happens(opens.a_year / kDaysOfAYear, occasion)) continue;
        plan_at(time_within(midnight, midnight.plus_ms(kDayMs), occasion),
                [this, at = place.get(), chart](Instant now) { open(*at, *chart, now); });
      }
  }

  double mild_of(const std::string& loop) const {
    const auto found = std::ranges::find(script_.opens, loop, &Opens::loop);
    return found == script_.opens.end() ? kMild : found->mild.value_or(kMild);
  }

  static bool may_be_about(const pack::Chart& chart, const Place& place) {
    return chart.kinds.empty() || std::ranges::find(chart.kinds, place.kind) != chart.kinds.end();
  }

  std::vector<OpenMatter> open_matters() {
    std::vector<OpenMatter> out;
    store_.read([&](Reader& reader) {
      reader.query(
          "SELECT m.id, m.loop, m.organisation, m.holder, m.opened_at FROM districts d JOIN "
          "matters m"
          " ON m.district = d.district WHERE m.open ORDER BY m.opened_at, m.id",
          {}, [&](const Row& row) {
            out.push_back({std::string(row.text(0)), std::string(row.text(1)),
                           std::string(row.text(2)), std::string(row.text(3)), row.integer(4)});
          });
    });
    return out;
  }

  // The first move on that anybody may make.
  void move_on(const Place& place, const OpenMatter& matter, Instant now) {
    act(matter.loop, sums_.moves,
        [this, &place, matter, now](Transaction& transaction) -> Result<void> {
          const auto* chart = pack_.chart(matter.loop);
          for (const auto& person : town_->who_may_act(place, matter.holder)) {
            const auto office = office_of(person, now);
            auto whole = usecases::read_matter(transaction, office, matter.loop, matter.id);
            if (!whole) continue;
            const auto& view = whole->matter;
            for (const auto& offer : view.at("moves").as_array()) {
              const auto& each = offer.as_object();
              if (!each.at("forward").as_bool() || !each.at("allowed").as_bool()) continue;
              const auto* move = chart->move(std::string(each.at("id").as_string()));
              auto desk = desk_of(place, person, now, move->id);
              desk.mild = mild_of(matter.loop);
              auto made = usecases::make_move(
                  transaction, office, matter.loop, matter.id, new_id(place.district, now),
                  {.move = move->id,
                   .happened_at = {},
                   .fields = fields_for(desk, *chart, *move, view.at("fields").as_object())},
                  std::nullopt);
              if (!made) return made.error();
              return {};
            }
          }
          return nobody_may("moves_" + matter.loop);
        });
  }

  void open(const Place& place, const pack::Chart& chart, Instant now) {
    act(chart.id, sums_.opened,
        [this, &place, &chart, now](Transaction& transaction) -> Result<void> {
          Result<void> out = nobody_may("opens_" + chart.id);
          for (const auto& person : town_->who_may_act(place, place.id)) {
            const auto& postings = town_->actor(person).postings;
            for (const auto& move : chart.moves) {
              const bool by = std::ranges::any_of(postings, [&](const auto& posting) {
                return std::ranges::find(move.by, posting.post) != move.by.end();
              });
              if (!move.from.empty() || !by) continue;
              auto desk = desk_of(place, person, now, chart.id + move.id);
              desk.mild = mild_of(chart.id);
              auto made = usecases::open_matter(transaction, office_of(person, now), chart.id,
                                                new_id(place.district, now),
                                                {.organisation = place.id,
                                                 .move = move.id,
                                                 .happened_at = {},
                                                 .fields = fields_for(desk, chart, move, {})});
              if (made) return {};
              out = made.error();
              if (made.error().why != Why::forbidden) return out;
            }
          }
          return out;
        });
  }

  // --- ledgers ---

  struct Lack {
    const pack::Check* check;
    double missing;
    bool runs_out;
  };

  void plan_rows(Day day) {
    const bool first = day == plan_.from;
    const auto at = zone_.start_of(day).plus_ms(10 * kHourMs);
    for (const auto& place : town_->places()) {
      if (place->people.empty()) continue;
      plan_at(at, [this, &here = *place, first](Instant now) { keep_rows(here, first, now); });
    }
  }

  std::vector<Lack> lacks_of(const Place& place, Instant now) {
    std::vector<Lack> out;
    store_.read([&](Reader& reader) {
      standings_.with(reader, now, [&](const standing::Matrix& matrix) {
        const auto& plan = matrix.plan();
        for (const auto number : plan.kind(place.kind).checks) {
          const auto* cell = matrix.cell(place.id, number);
          const auto* check = plan.checks()[number].check;
          if (!cell || check->ledger.empty()) continue;
          if (cell->state == standing::State::kept ||
              cell->state == standing::State::not_applicable)
            continue;
          out.push_back({check, static_cast<double>(cell->wanted - cell->value),
                         check->kind == pack::CheckKind::valid_until ||
                             check->kind == pack::CheckKind::attested});
        }
      });
    });
    return out;
  }

  void keep_rows(const Place& place, bool first, Instant now) {
    const auto today = zone_.day_of(now);
    for (const auto& lack : lacks_of(place, now)) {
      const auto* ledger = pack_.ledger(lack.check->ledger);
      if (!ledger || facts::has_personal(ledger->fields)) continue;
      const auto occasion = ledger->id + lack.check->field + lack.check->topics;
      const double part = first ? place.behaviour->keeps_first : place.behaviour->keeps;
      if (!dice_.happens(part, place.name + occasion + format_day(today))) continue;
      if (lack.runs_out) end_old(place, *ledger, lack.check->field, today, now);
      for (auto& fields : rows_for(desk_of(place, place.people.front(), now, occasion), *ledger,
                                   *lack.check, lack.missing))
        enter(place, *ledger, std::move(fields), now);
    }
  }

  // What has run out is put away before what follows it is entered.
  void end_old(const Place& place, const pack::Ledger& ledger, const std::string& field, Day today,
               Instant now) {
    std::vector<std::string> old;
    store_.read([&](Reader& reader) {
      reader.query(
          "SELECT id FROM ledger_rows WHERE district = $1 AND ledger = $2 AND organisation = $3"
          " AND until IS NULL AND fields->>CAST($4 AS TEXT) < $5",
          {place.district, ledger.id, place.id, field, format_day(today)},
          [&](const Row& row) { old.emplace_back(row.text(0)); });
    });
    for (const auto& id : old)
      act(ledger.id, sums_.rows,
          [this, &place, &ledger, id, now](Transaction& transaction) -> Result<void> {
            Result<void> out;
            for (const auto& person : place.people) {
              out = usecases::end_row(transaction, office_of(person, now), ledger.id, id);
              if (out || out.error().why != Why::forbidden) return out;
            }
            return out;
          });
  }

  usecases::Store& store_;
  usecases::AttachmentFiles& files_;
  const pack::Pack& pack_;
  const Zone& zone_;
  const Script& script_;
  const SimulationPlan& plan_;
  const usecases::Progress& progress_;
  const Dice dice_;
  usecases::Calendars calendars_;
  usecases::Standings standings_;
  usecases::Sums matter_sums_;
  std::unique_ptr<Town> town_;
  std::string photo_;
  std::multimap<Instant, std::function<void(Instant)>> agenda_;
  std::set<std::string> planned_;  // tasks that somebody has decided about
  std::int64_t queued_ = 0;
  std::mutex guard_;
  std::exception_ptr fault_;
  Simulated sums_;
};

}  // namespace

Result<Simulated> simulate(usecases::Store& store, usecases::AttachmentFiles& files,
                           const pack::Pack& pack, std::vector<pack::HolidayYear> years,
                           const Zone& zone, const Script& script, const SimulationPlan& plan,
                           const usecases::Progress& progress) {
  return Simulation(store, files, pack, std::move(years), zone, script, plan, progress).run();
}

Day first_day_of_term(const pack::Pack& pack, const Zone& zone, Instant now) {
  const auto today = zone.day_of(now);
  Day found = today.plus(-kDaysToShow);
  bool any = false;
  for (const auto& year : pack.school_years)
    for (const auto& term : year.terms)
      if (term.from.plus(kDaysToShow) <= today && (!any || term.from > found)) {
        found = term.from;
        any = true;
      }
  return found;
}

}  // namespace anxiao::app::simulation
