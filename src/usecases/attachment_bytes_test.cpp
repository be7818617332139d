#include "usecases/attachment_bytes.h"

#include <gtest/gtest.h>

#include <random>

namespace anxiao::usecases {
namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (int value : values) out += static_cast<char>(value);
  return out;
}

std::string big(std::uint32_t value, int count) {
  std::string out;
  for (int i = count - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}

std::string little(std::uint32_t value, int count) {
  auto out = big(value, count);
  return {out.rbegin(), out.rend()};
}

// --- JPEG by hand ---

std::string segment(int marker, const std::string& payload) {
  return bytes({0xff, marker}) + big(static_cast<std::uint32_t>(payload.size() + 2), 2) + payload;
}
const std::string kFrame = segment(0xc0, std::string("\x08\0\x01\0\x01\x01\x01\x11\0", 9));
const std::string kScan = segment(0xda, std::string("\x01\x01\0\0\x3f\0", 6)) +
                          std::string("\x12\xff\x00\x34\xff\xd0\x56", 7);
const std::string kJfif =
    segment(0xe0, std::string("JFIF\0\x01\x01\0\0\x01\0\x01\x02\x01", 14) + "thumbs");
const std::string kEnd = bytes({0xff, 0xd9});

std::string exif(int orientation, bool big_end = true) {
  auto number = [&](std::uint32_t value, int count) {
    return big_end ? big(value, count) : little(value, count);
  };
  std::string out = big_end ? std::string("MM\0\x2a", 4) : std::string("II\x2a\0", 4);
  out += number(8, 4) + number(2, 2);
  out += number(0x010f, 2) + number(2, 2) + number(4, 4) + std::string("CAM\0", 4);
  out += number(0x0112, 2) + number(3, 2) + number(1, 4) +
         number(static_cast<std::uint32_t>(orientation), 2) + number(0, 2);
  return out + number(0, 4) + "GPS 29.5630 106.5516";
}

std::string jpeg_of(int orientation) {
  return bytes({0xff, 0xd8}) + kJfif +
         segment(0xe1, std::string("Exif\0\0", 6) + exif(orientation)) +
         segment(0xe1, std::string("http://ns.adobe.com/xap/1.0/\0", 29) + "<xmp>somebody</xmp>") +
         segment(0xe2, std::string("ICC_PROFILE\0", 12) + "profile") +
         segment(0xe2, std::string("MPF\0", 4) + "second picture") +
         segment(0xed, "Photoshop 3.0 city") +
         segment(0xee, std::string("Adobe\0\x64\0\0\0\0\x01", 12)) + segment(0xfe, "comment") +
         segment(0xdb, "quant") + kFrame + segment(0xc4, "huffman") + kScan +
         segment(0xfe, "between scans") + kScan + kEnd + "a film after the picture";
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(AttachmentBytes, OfAJpegKeepTheImageTheProfileAndTheOrientation) {
  auto bare = without_metadata(kJpeg, jpeg_of(6));
  ASSERT_TRUE(bare);
  for (auto gone : {"GPS", "CAM", "xmp", "second picture", "Photoshop", "comment", "between scans",
                    "a film", "thumbs"})
    EXPECT_FALSE(holds(*bare, gone)) << gone;
  for (auto kept : {"JFIF", "ICC_PROFILE", "Adobe", "quant", "huffman"})
    EXPECT_TRUE(holds(*bare, kept)) << kept;
  EXPECT_TRUE(holds(*bare, kFrame));
  EXPECT_TRUE(holds(*bare, kScan + kScan + kEnd));
  EXPECT_TRUE(bare->ends_with(kEnd));
  auto at = bare->find(std::string("Exif\0\0", 6));
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(orientation_of(std::string_view(*bare).substr(at + 6)), 6);
  EXPECT_EQ(*without_metadata(kJpeg, *bare), *bare) << "nothing is left to take away";
}

TEST(AttachmentBytes, OfAnUprightJpegSayNothingOfOrientation) {
  auto bare = without_metadata(kJpeg, jpeg_of(1));
  ASSERT_TRUE(bare);
  EXPECT_FALSE(holds(*bare, "Exif"));
}

TEST(AttachmentBytes, OfAJpegWithoutItsEndGetOne) {
  auto bare = without_metadata(kJpeg, bytes({0xff, 0xd8}) + kFrame + kScan);
  ASSERT_TRUE(bare);
  EXPECT_TRUE(bare->ends_with(kEnd));
}

TEST(AttachmentBytes, OfNoJpegHaveNoCopy) {
  for (const auto& bad :
       {std::string(), bytes({0xff, 0xd8}), bytes({0xff, 0xd8, 0xff}), bytes({0xff, 0xd8}) + kEnd,
        bytes({0xff, 0xd8}) + kFrame + kEnd, bytes({0xff, 0xd8}) + kScan,
        bytes({0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff}) + "short",
        bytes({0xff, 0xd8, 0xff, 0xe1, 0x00, 0x01}), bytes({0xff, 0xd8, 0x12, 0x34}),
        bytes({0xff, 0xd8, 0xff, 0xd8}) + kFrame + kScan, std::string("GIF89a")})
    EXPECT_FALSE(without_metadata(kJpeg, bad)) << bad.size();
}

// --- PNG by hand; checksums are not looked at ---

std::string chunk(const std::string& type, const std::string& data) {
  return big(static_cast<std::uint32_t>(data.size()), 4) + type + data + "CRC.";
}
const std::string kSignature = bytes({0x89}) + "PNG\r\n" + bytes({0x1a}) + "\n";
const std::string kHead = chunk("IHDR", std::string(13, '\1'));

TEST(AttachmentBytes, OfAPngKeepOnlyTheChunksThatPixelsNeed) {
  auto picture = kSignature + kHead + chunk("gAMA", "gamma") + chunk("tEXt", "Author") +
                 chunk("zTXt", "packed") + chunk("iTXt", "words") + chunk("eXIf", exif(8, false)) +
                 chunk("tIME", "moment.") + chunk("prVt", "private") + chunk("IDAT", "pixels") +
                 chunk("IEND", "") + "after the end";
  auto bare = without_metadata(kPng, picture);
  ASSERT_TRUE(bare);
  for (auto gone : {"Author", "packed", "words", "GPS", "moment", "private", "after the end"})
    EXPECT_FALSE(holds(*bare, gone)) << gone;
  EXPECT_TRUE(bare->starts_with(kSignature + kHead));
  EXPECT_TRUE(holds(*bare, chunk("gAMA", "gamma")));
  EXPECT_TRUE(bare->ends_with(chunk("IDAT", "pixels") + chunk("IEND", "")));
  auto at = bare->find("eXIf");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(orientation_of(std::string_view(*bare).substr(at + 4)), 8);
  // The checksum of the chunk that was made is that of zlib's crc32.
  auto made = std::string_view(*bare).substr(at, 4 + 26);
  EXPECT_EQ(bare->substr(at + 30, 4), [&] {
    std::uint32_t crc = 0xffffffff;
    for (char c : made) {
      crc ^= static_cast<unsigned char>(c);
      for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0u);
    }
    return big(~crc, 4);
  }());
}

TEST(AttachmentBytes, OfNoPngHaveNoCopy) {
  for (const auto& bad :
       {std::string(), kSignature, kSignature + kHead, kSignature + kHead + chunk("IEND", ""),
        kSignature + chunk("IDAT", "pixels") + chunk("IEND", ""),
        kSignature + kHead + kHead + chunk("IDAT", "p") + chunk("IEND", ""),
        kSignature + kHead + chunk("I?AT", "p") + chunk("IEND", ""),
        kSignature + kHead + chunk("IDAT", "pixels"),
        kSignature + kHead + bytes({0xff, 0xff, 0xff, 0xff}) + "IDATxxxxxxxx"})
    EXPECT_FALSE(without_metadata(kPng, bad)) << bad.size();
}

// --- WebP by hand ---

std::string riff(const std::string& type, const std::string& data) {
  return type + little(static_cast<std::uint32_t>(data.size()), 4) + data +
         (data.size() % 2 ? std::string(1, '\0') : std::string());
}
std::string webp(const std::string& chunks) {
  return "RIFF" + little(static_cast<std::uint32_t>(chunks.size() + 4), 4) + "WEBP" + chunks;
}
std::string extended(int flags) {
  return riff("VP8X", static_cast<char>(flags) + std::string(9, '\0'));
}

TEST(AttachmentBytes, OfAWebpDropExifAndXmpAndSaySoInTheFlags) {
  auto bare = without_metadata(
      kWebp, webp(extended(0x2c) + riff("ICCP", "profile") + riff("VP8 ", "image") +
                  riff("EXIF", exif(1)) + riff("XMP ", "<xmp>") + riff("WHAT", "else")) +
                 "after");
  ASSERT_TRUE(bare);
  EXPECT_EQ(*bare, webp(extended(0x20) + riff("ICCP", "profile") + riff("VP8 ", "image")));
}

TEST(AttachmentBytes, OfATurnedWebpKeepTheOrientation) {
  auto bare =
      without_metadata(kWebp, webp(extended(0x08) + riff("VP8L", "image") +
                                   riff("EXIF", std::string("Exif\0\0", 6) + exif(3, false))));
  ASSERT_TRUE(bare);
  EXPECT_FALSE(holds(*bare, "GPS"));
  EXPECT_EQ(static_cast<unsigned char>((*bare)[20]), 0x08);
  auto at = bare->find("EXIF");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(orientation_of(std::string_view(*bare).substr(at + 8)), 3);
}

TEST(AttachmentBytes, OfNoWebpHaveNoCopy) {
  for (const auto& bad :
       {std::string(), std::string("RIFF"), webp(""), webp(riff("ICCP", "profile")),
        webp("VP8 \xff\xff\xff\xff"), webp(riff("VP8 ", "image")).substr(0, 18),
        "RIFF" + little(1000, 4) + "WEBP" + riff("VP8 ", "image"),
        webp(riff("VP8 ", "image") + "tail"), webp(riff("VP8X", "short") + riff("VP8 ", "i"))})
    EXPECT_FALSE(without_metadata(kWebp, bad)) << bad.size();
}

TEST(AttachmentBytes, ThatBreakOffOrAreSpoiledNeverHarm) {
  std::mt19937 dice(7);
  const std::pair<std::string_view, std::string> whole[] = {
      {kJpeg, jpeg_of(6)},
      {kPng,
       kSignature + kHead + chunk("eXIf", exif(6)) + chunk("IDAT", "pixels") + chunk("IEND", "")},
      {kWebp, webp(extended(0x2c) + riff("VP8 ", "image") + riff("EXIF", exif(6)))}};
  for (const auto& [type, picture] : whole) {
    for (std::size_t length = 0; length <= picture.size(); ++length) {
      auto bare = without_metadata(type, std::string_view(picture).substr(0, length));
      EXPECT_FALSE(bare && holds(*bare, "GPS")) << length;
    }
    for (int i = 0; i < 4000; ++i) {
      auto spoiled = picture;
      for (int n = 0; n < 3; ++n) spoiled[dice() % spoiled.size()] = static_cast<char>(dice());
      auto bare = without_metadata(type, spoiled);
      EXPECT_TRUE(!bare || bare->size() <= spoiled.size() + 64);
    }
    for (int i = 0; i < 500; ++i) {
      std::string noise(dice() % 200, '\0');
      for (auto& c : noise) c = static_cast<char>(dice());
      static_cast<void>(without_metadata(type, picture.substr(0, 12) + noise));
    }
  }
}

TEST(AttachmentBytes, SayAnOrientationOnlyWhereThereIsOne) {
  EXPECT_EQ(orientation_of(exif(6)), 6);
  EXPECT_EQ(orientation_of(exif(6, false)), 6);
  EXPECT_EQ(orientation_of(exif(9)), 1);
  EXPECT_EQ(orientation_of(""), 1);
  EXPECT_EQ(orientation_of("MM"), 1);
  EXPECT_EQ(orientation_of(std::string("MM\0\x2a\xff\xff\xff\xff", 8)), 1);
  auto cut = exif(6);
  for (std::size_t length = 0; length < 34; ++length)
    EXPECT_EQ(orientation_of(std::string_view(cut).substr(0, length)), 1) << length;
}

TEST(AttachmentBytes, ShowTheirType) {
  EXPECT_EQ(type_of(jpeg_of(1)), kJpeg);
  EXPECT_EQ(type_of(kSignature + kHead), kPng);
  EXPECT_EQ(type_of(webp("")), kWebp);
  EXPECT_EQ(type_of("%PDF-1.7"), kPdf);
  EXPECT_EQ(type_of(std::string("PK\x03\x04", 4)), kXlsx);
  EXPECT_EQ(type_of("学校,区县\r\n一小,云溪区\n"), kCsv);
  EXPECT_EQ(type_of("\xd1\xa7\xd0\xa3,\xc7\xf8\n"), kCsv) << "GB18030";
  EXPECT_EQ(type_of(""), "");
  EXPECT_EQ(type_of(std::string("MZ\0\0", 4)), "");
  EXPECT_EQ(type_of("RIFF1234WAVE"), kCsv) << "no picture, and harmless as text";
}

}  // namespace
}  // namespace anxiao::usecases
