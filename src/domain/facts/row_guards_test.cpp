#include "domain/facts/row_guards.h"

#include <gtest/gtest.h>

namespace anxiao::facts {
namespace {

namespace json = boost::json;

pack::Field field(const std::string& id, const std::string& type,
                  const std::vector<std::string>& choices = {}) {
  pack::Field out;
  out.id = id;
  out.type = type;
  for (const auto& each : choices) out.choices.emplace_back(each, pack::Words{each, each});
  return out;
}

pack::RowCondition condition(const std::string& of, const std::string& compare,
                             const std::vector<std::string>& values = {}, double number = 0) {
  return {.field = of, .compare = compare, .values = values, .number = number};
}

class GuardsOfARow : public testing::Test {
 protected:
  GuardsOfARow() {
    ledger.fields = {field("in_use", "flag"),
                     field("accepted_on", "day"),
                     field("fire_accepted", "flag"),
                     field("sort", "choice", {"house", "field"}),
                     field("topics", "text", {"fire", "water"}),
                     field("floors", "integer"),
                     field("cost", "money"),
                     field("note", "text"),
                     field("photos", "photos"),
                     field("person", "person")};
    ledger.guards = {
        {.when = {condition("in_use", "is", {"true"})},
         .must = {condition("accepted_on", "filled"), condition("fire_accepted", "is", {"true"})},
         .why = {"先验收", "acceptance first"},
         .clause = "C13.3"}};
  }
  bool met(const pack::RowCondition& each, const json::object& fields) {
    return meets(ledger, each, fields);
  }
  pack::Ledger ledger;
};

TEST_F(GuardsOfARow, RefuseWhatIsNotAsItMustBeAndNameEveryField) {
  const auto refused = check_guards(ledger, {{"in_use", true}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().key, "ledger.guard_unmet");
  EXPECT_EQ(refused.error().field, "fields.accepted_on");
  EXPECT_EQ(refused.error().clause, "C13.3");
  EXPECT_EQ(refused.error().wants, std::vector<std::string>{"accepted_on"});
  EXPECT_EQ(refused.error().args.at("fields"), (json::array{"accepted_on", "fire_accepted"}));
  EXPECT_EQ(refused.error().args.at("why").at("zh"), "先验收");
}

TEST_F(GuardsOfARow, LetThroughWhatMeetsThemAndWhatTheyAreNotAbout) {
  EXPECT_TRUE(check_guards(
      ledger, {{"in_use", true}, {"accepted_on", "2018-01-02"}, {"fire_accepted", true}}));
  EXPECT_TRUE(check_guards(ledger, {{"in_use", false}}));
  EXPECT_TRUE(check_guards(ledger, {}));
  const auto one = check_guards(ledger, {{"in_use", true}, {"accepted_on", "2018-01-02"}});
  ASSERT_FALSE(one);
  EXPECT_EQ(one.error().field, "fields.fire_accepted");
  EXPECT_TRUE(one.error().wants.empty());
}

TEST_F(GuardsOfARow, WithoutACaseAreForEveryRow) {
  ledger.guards[0].when.clear();
  EXPECT_FALSE(check_guards(ledger, {{"in_use", false}}));
}

TEST_F(GuardsOfARow, KnowWhatAValueIs) {
  EXPECT_TRUE(met(condition("sort", "is", {"house", "field"}), {{"sort", "field"}}));
  EXPECT_FALSE(met(condition("sort", "is", {"house"}), {{"sort", "field"}}));
  EXPECT_TRUE(met(condition("sort", "is_not", {"house"}), {{"sort", "field"}}));
  EXPECT_TRUE(met(condition("sort", "is", {"field"}), {{"sort", json::array{"house", "field"}}}));
  EXPECT_TRUE(met(condition("topics", "is", {"water"}), {{"topics", "fire,water"}}));
  EXPECT_FALSE(met(condition("topics", "is", {"wat"}), {{"topics", "fire,water"}}));
  EXPECT_TRUE(met(condition("in_use", "is", {"false"}), {{"in_use", false}}));
  EXPECT_TRUE(met(condition("note", "is", {"a,b"}), {{"note", "a,b"}}));
  EXPECT_TRUE(met(condition("floors", "is", {"3"}), {{"floors", 3}}));
  EXPECT_FALSE(met(condition("floors", "is", {"three"}), {{"floors", 3}}));
}

TEST_F(GuardsOfARow, TakeWhatIsBlankForNothing) {
  for (const json::value& blank : {json::value(nullptr), json::value(""), json::value("  ")}) {
    EXPECT_TRUE(met(condition("note", "blank"), {{"note", blank}}));
    EXPECT_FALSE(met(condition("note", "filled"), {{"note", blank}}));
  }
  EXPECT_TRUE(met(condition("photos", "blank"), {{"photos", json::array{}}}));
  EXPECT_FALSE(met(condition("in_use", "is", {"false"}), {}));
  EXPECT_TRUE(met(condition("in_use", "is_not", {"true"}), {}));
  EXPECT_FALSE(met(condition("floors", "below", {}, 9), {}));
  EXPECT_FALSE(met(condition("floors", "at_least", {}, 0), {}));
}

TEST_F(GuardsOfARow, CompareNumbersAndHowManyThereAre) {
  EXPECT_TRUE(met(condition("floors", "at_least", {}, 3), {{"floors", 3}}));
  EXPECT_FALSE(met(condition("floors", "below", {}, 3), {{"floors", 3}}));
  EXPECT_TRUE(met(condition("cost", "below", {}, 3), {{"cost", 2.99}}));
  EXPECT_TRUE(met(condition("topics", "at_least", {}, 2), {{"topics", "fire,water"}}));
  EXPECT_TRUE(met(condition("photos", "at_least", {}, 1), {{"photos", json::array{"a"}}}));
  EXPECT_FALSE(met(condition("note", "at_least", {}, 1), {{"note", "long enough"}}));
  EXPECT_FALSE(met(condition("accepted_on", "below", {}, 1e9), {{"accepted_on", "2018-01-02"}}));
}

}  // namespace
}  // namespace anxiao::facts
