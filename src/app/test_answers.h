// For tests: people of the invented town who answer their duties at two points of a school.

#pragma once

#include "app/test_matters.h"
#include "base/json_map.h"
#include "usecases/answers.h"
#include "usecases/ledgers.h"

namespace anxiao::app {

class TownThatAnswers : public TownWithHazards {
 protected:
  using AnswerDuty = usecases::AnswerDuty;
  using ItemState = usecases::ItemState;

  TownThatAnswers() {
    corridor = add_point("走廊与疏散门", "daily,weekly", town.people["teacher"]);
    gate = add_point("南门", "daily", {});
    has_stood_since({1764547200000});  // 2025-12-01
  }

  // The town, and what is in it: on its first day nothing is expected of anybody.
  void has_stood_since(Instant since) {
    town.write([&](usecases::Transaction& t) -> Result<void> {
      for (const auto* table : {"organisations", "postings", "ledger_rows"})
        t.exec("UPDATE " + std::string(table) + " SET since = $1", {since.ms});
      return {};
    });
  }

  std::string enter(const std::string& login, const std::string& ledger, const std::string& where,
                    json::object fields) {
    auto id = town.id(std::string(district_of(town.places.at(where))));
    town.write([&](usecases::Transaction& t) {
      return usecases::create_row(
          t, town.as(login), ledger,
          {.id = id, .organisation = town.places.at(where), .fields = std::move(fields)});
    });
    return id;
  }
  std::string add_point(const std::string& name, const std::string& lists,
                        const std::string& person) {
    json::object fields{{"name", name}, {"place", name + "旁"}, {"checklists", lists}};
    if (!person.empty()) fields["person"] = person;
    return enter("safety", "points", "school", std::move(fields));
  }

  static usecases::ItemAnswer ticked(const std::string& item) {
    usecases::ItemAnswer answer;
    answer.item = item;
    answer.answer = ItemState::in_order;
    return answer;
  }
  // Everything in order.
  AnswerDuty good(const std::string& checklist = "daily") {
    AnswerDuty answer;
    answer.point = corridor;
    answer.happened_at = "2026-03-02T07:20:00+08:00";
    for (const auto& item : town.pack->checklist(checklist)->items)
      answer.items.push_back(ticked(item.id));
    return answer;
  }
  // The first item is bad.
  AnswerDuty bad(const std::string& sha, const std::string& note = "东侧疏散门上了锁，打不开") {
    auto answer = good();
    answer.items[0].answer = ItemState::not_in_order;
    answer.items[0].note = note;
    answer.items[0].photos = std::vector{sha};
    return answer;
  }
  // That it was done, by the whole organisation.
  static AnswerDuty done(const std::string& happened_at = "2026-03-02T07:20:00+08:00") {
    AnswerDuty answer;
    answer.happened_at = happened_at;
    return answer;
  }
  Result<usecases::AnswerGiven> give(const std::string& login, const AnswerDuty& input,
                                     std::string id = {},
                                     const std::string& duty = "daily_inspection",
                                     const std::string& period = "2026-03-02",
                                     const std::string& where = "school") {
    if (id.empty()) id = town.id(std::string(district_of(town.places[where])));
    return town.changed([&](usecases::Transaction& t) {
      return usecases::answer_duty(t, town.as(login), {duty, town.places[where], period, id},
                                   input);
    });
  }
  Result<usecases::AnswerView> answer(const std::string& login, const std::string& id) {
    return town.read([&](usecases::Reader& reader) {
      return usecases::read_answer(reader, town.as(login), id);
    });
  }

  // A pack that a test changes before anything is done with it.
  template <class Change>
  void change_pack(const Change& change) {
    auto changed = std::make_shared<pack::Pack>(*town.pack);
    change(*changed);
    town.pack = changed;
  }
  static pack::Duty& duty_in(pack::Pack& all, const std::string& id) {
    return *std::ranges::find(all.duties, id, &pack::Duty::id);
  }
  static pack::ChecklistItem& item_in(pack::Pack& all, const std::string& list,
                                      const std::string& item) {
    auto& items = std::ranges::find(all.checklists, list, &pack::Checklist::id)->items;
    return *std::ranges::find(items, item, &pack::ChecklistItem::id);
  }

  std::string corridor, gate;
};

}  // namespace anxiao::app
