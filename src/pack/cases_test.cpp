#include "pack/cases.h"

#include <gtest/gtest.h>

#include <fstream>

namespace anxiao::pack {
namespace {

namespace fs = std::filesystem;

class Cases : public ::testing::Test {
 protected:
  Cases() { fs::create_directories(folder_ / "cases"); }
  ~Cases() override { fs::remove_all(folder_); }

  LoadedCases reading(const std::string& text) {
    std::ofstream(folder_ / "cases" / "some.yml") << text;
    return load_cases(folder_);
  }

  fs::path folder_ = fs::temp_directory_path() /
                     ("cases-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));
};

TEST_F(Cases, AreReadWithWhatTheyGiveAndExpect) {
  auto loaded = reading(
      "loop: hazard\n"
      "shared:\n"
      "  - &two {a: 1, b: \"2\"}\n"
      "cases:\n"
      "  - name: one thing leads to another\n"
      "    requirement: C07.14\n"
      "    given: {stage: here, fields: [*two, {c: null}]}\n"
      "    when: {move: go, at: 2026-03-02T08:00}\n"
      "    then: {to: there, late: false, product: 0.5}\n");
  ASSERT_TRUE(loaded.complaints.empty()) << loaded.complaints[0].text();
  ASSERT_EQ(loaded.cases.size(), 1u);
  const auto& one = loaded.cases[0];
  EXPECT_EQ(one.loop, "hazard");
  EXPECT_EQ(one.line, 5);
  EXPECT_EQ(one.given.at("fields").at(0).at("a"), 1);
  EXPECT_EQ(one.given.at("fields").at(0).at("b"), "2");
  EXPECT_TRUE(one.given.at("fields").at(1).at("c").is_null());
  EXPECT_EQ(one.when.at("at"), "2026-03-02T08:00");
  EXPECT_EQ(one.then.at("late"), false);
  EXPECT_EQ(one.then.at("product"), 0.5);
  EXPECT_EQ(count_by_requirement(loaded).at("C07.14").moves, 1);
}

TEST_F(Cases, ComplainOfWhatTheyLackWithFileAndLine) {
  auto loaded = reading(
      "loop: hazard\n"
      "cases:\n"
      "  - name: one\n"
      "    requirement: fourteen\n"
      "    given: {}\n"
      "    when: {}\n"
      "    then: 3\n");
  ASSERT_EQ(loaded.complaints.size(), 2u);
  EXPECT_EQ(loaded.complaints[0].file, "cases/some.yml");
  EXPECT_EQ(loaded.complaints[0].line, 4);
}

TEST_F(Cases, OfARequirementLayWhatTheyGiveOverWhatTheFileGives) {
  auto loaded = reading(
      "standing: C18\n"
      "shared:\n"
      "  - &insured {rows: {policies: [{sort: liability}]}, posts: {principal: 1}}\n"
      "given: {kind: primary, on: 2026-04-01}\n"
      "cases:\n"
      "  - name: one is well\n"
      "    requirement: C18.1\n"
      "    given: [*insured, {kind: nine_year, posts: {guard: 2}, rows: null}]\n"
      "    then: kept\n"
      "  - {name: another is not, requirement: C18.1, then: late}\n"
      "  - {name: a third is not asked, requirement: C18.1, then: not_applicable}\n");
  ASSERT_TRUE(loaded.complaints.empty()) << loaded.complaints[0].text();
  EXPECT_TRUE(loaded.cases.empty());
  ASSERT_EQ(loaded.standing.size(), 3u);
  const auto& given = loaded.standing[0].given;
  EXPECT_EQ(given.at("kind"), "nine_year");
  EXPECT_EQ(given.at("on"), "2026-04-01");
  EXPECT_EQ(given.at("posts").as_object().size(), 2u);
  EXPECT_FALSE(given.contains("rows"));
  EXPECT_EQ(loaded.standing[1].given.at("kind"), "primary");
  const auto count = count_by_requirement(loaded).at("C18.1");
  EXPECT_EQ(count.holds, 1);
  EXPECT_EQ(count.fails, 1);
}

TEST_F(Cases, OfARequirementStandInTheFileOfItsClauseAndSayAState) {
  auto loaded = reading(
      "standing: C18\n"
      "cases:\n"
      "  - name: one\n"
      "    requirement: C19.1\n"
      "    given: {}\n"
      "    then: splendid\n");
  ASSERT_EQ(loaded.complaints.size(), 2u);
  EXPECT_EQ(loaded.complaints[0].line, 4);
  EXPECT_EQ(loaded.complaints[1].line, 6);
}

TEST_F(Cases, DoNotSayTheSameTwice) {
  auto loaded = reading(
      "loop: hazard\n"
      "cases:\n"
      "  - {name: one, requirement: C07.1, given: {}, when: {}, then: {}}\n"
      "  - {name: one, requirement: C07.2, given: {}, when: {}, then: {}}\n");
  EXPECT_EQ(loaded.complaints.size(), 1u);
}

TEST_F(Cases, AreNoneWhereThereIsNoFolder) {
  EXPECT_TRUE(load_cases(folder_ / "nowhere").cases.empty());
}

}  // namespace
}  // namespace anxiao::pack
