#include "domain/loops/picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/loops/small_chart.h"

namespace anxiao::loops {
namespace {

using namespace anxiao::loops::testing;
using ::testing::HasSubstr;
using ::testing::Not;

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(Picture, HasATitleAndADescriptionForWhoeverDoesNotSeeIt) {
  auto svg = picture(small_chart(), "en");
  EXPECT_THAT(svg, HasSubstr("role=\"img\""));
  EXPECT_THAT(svg, HasSubstr("<title id=\"title-small\">small loop</title>"));
  EXPECT_THAT(svg, HasSubstr("mend \u2192 check"));
}

TEST(Picture, DrawsABoxForEveryStageAndNamesEveryMove) {
  auto chart = small_chart();
  auto svg = picture(chart, "en");
  EXPECT_EQ(count_of(svg, "<rect x="), chart.stages.size());
  for (const auto& move : chart.moves) EXPECT_THAT(svg, HasSubstr(move.id)) << move.id;
}

TEST(Picture, SpeaksTheLanguageAskedFor) {
  EXPECT_THAT(picture(small_chart(), "zh"), HasSubstr(">zh mend<"));
  EXPECT_THAT(picture(small_chart(), "en"), Not(HasSubstr("zh mend")));
}

TEST(Picture, MarksThePresentStageByItsOutline) {
  EXPECT_EQ(count_of(picture(small_chart(), "en"), "stroke-width=\"4.5\""), 0u);
  auto svg = picture(small_chart(), "en", "mend");
  EXPECT_EQ(count_of(svg, "stroke-width=\"4.5\""), 1u);
  EXPECT_THAT(svg, HasSubstr("\u25cf mend"));
}

TEST(Picture, DashesWhatReturns) {
  auto chart = small_chart();
  EXPECT_EQ(count_of(picture(chart, "en"), "stroke-dasharray"), 1u);
  for (auto& move : chart.moves)
    if (move.id == "refuse") move.forward = true;
  EXPECT_EQ(count_of(picture(chart, "en"), "stroke-dasharray"), 0u);
}

TEST(Picture, EscapesTheWordsOfThePack) {
  auto chart = small_chart();
  chart.stages[0].name.en = "<script> & \"so\"";
  auto svg = picture(chart, "en");
  EXPECT_THAT(svg, Not(HasSubstr("<script>")));
  EXPECT_THAT(svg, HasSubstr("&lt;script&gt; &amp;"));
}

TEST(Picture, OfAChartWithoutStagesIsStillAPicture) {
  pack::Chart chart;
  chart.id = "none";
  EXPECT_THAT(picture(chart, "zh"), HasSubstr("</svg>"));
}

}  // namespace
}  // namespace anxiao::loops
