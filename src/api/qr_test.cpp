#include "api/qr.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace anxiao::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(QrCode, IsDrawnWithItsThreeCornersAndAMargin) {
  auto svg = qr_svg("https://example.org/i/1?k=abcdefghijkl");
  ASSERT_TRUE(svg);
  // 38 bytes with medium correction take 29 modules a side, and four on each side are blank.
  EXPECT_THAT(*svg, StartsWith(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 37 37")"));
  EXPECT_THAT(*svg, HasSubstr("M4 4h7v1h-7z"));
  EXPECT_THAT(*svg, HasSubstr("M26 4h7v1h-7z"));
  EXPECT_THAT(*svg, HasSubstr("M4 32h7v1h-7z"));
}

TEST(QrCode, HoldsNothingThatABrowserWouldRun) {
  auto svg = qr_svg("\"><script>alert(1)</script>");
  ASSERT_TRUE(svg);
  EXPECT_THAT(*svg, Not(HasSubstr("script")));
  EXPECT_THAT(*svg, Not(HasSubstr("alert")));
}

TEST(QrCode, IsRefusedForATextThatIsEmptyOrTooLong) {
  EXPECT_EQ(qr_svg("").error().key, "qr.text_length");
  EXPECT_TRUE(qr_svg(std::string(kQrBytesMost, 'x')));
  EXPECT_EQ(qr_svg(std::string(kQrBytesMost + 1, 'x')).error().key, "qr.text_length");
}

}  // namespace
}  // namespace anxiao::api
