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
  EXPECT_EQ(count_by_requirement(loaded.cases).at("C07.14"), 1);
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
