#include "usecases/tables.h"

#include <gtest/gtest.h>
#include <iconv.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <random>

namespace anxiao::usecases {
namespace {

// A zip of these files, made in memory.
std::string zipped(const std::vector<std::pair<std::string, std::string>>& files) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  for (const auto& [name, text] : files) {
    zip_source_t* source = zip_source_buffer(archive, text.data(), text.size(), 0);
    zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  }
  zip_close(archive);
  zip_source_open(target);
  zip_stat_t stat;
  zip_source_stat(target, &stat);
  std::string out(stat.size, '\0');
  zip_source_read(target, out.data(), out.size());
  zip_source_close(target);
  zip_source_free(target);
  return out;
}

constexpr const char* kBook =
    R"(<workbook xmlns:r="r"><sheets><sheet name="a" r:id="rId7"/><sheet r:id="rId1"/></sheets></workbook>)";
constexpr const char* kLinks =
    R"(<Relationships><Relationship Id="rId1" Target="worksheets/other.xml"/>)"
    R"(<Relationship Id="rId7" Target="worksheets/first.xml"/></Relationships>)";

std::string workbook(const std::string& rows, const std::string& shared = "") {
  return zipped(
      {{"xl/workbook.xml", kBook},
       {"xl/_rels/workbook.xml.rels", kLinks},
       {"xl/sharedStrings.xml", "<sst>" + shared + "</sst>"},
       {"xl/worksheets/other.xml", "<worksheet><sheetData/></worksheet>"},
       {"xl/worksheets/first.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"}});
}

std::string in_encoding(const char* name, const std::string& utf8) {
  iconv_t converter = iconv_open(name, "UTF-8");
  std::string in = utf8, out(utf8.size() * 4 + 16, '\0');
  char* from = in.data();
  char* to = out.data();
  std::size_t left = in.size(), room = out.size();
  iconv(converter, &from, &left, &to, &room);
  iconv_close(converter);
  out.resize(out.size() - room);
  return out;
}

using Cells = std::vector<std::string>;

TEST(Csv, ReadsQuotesDoubledQuotesAndLineEndsInCells) {
  auto table =
      read_table("name,note\r\n\"a, b\",\"he said \"\"no\"\"\"\r\n\"two\nlines\",x\r\nlast,y");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->columns, (Cells{"name", "note"}));
  ASSERT_EQ(table->rows.size(), 3u);
  EXPECT_EQ(table->rows[0].cells, (Cells{"a, b", "he said \"no\""}));
  EXPECT_EQ(table->rows[1].cells, (Cells{"two\nlines", "x"}));
  EXPECT_EQ(table->rows[1].line, 3u);
  EXPECT_EQ(table->rows[2].line, 5u);
}

TEST(Csv, CountsLinesOverEmptyOnesAndLeavesThoseOut) {
  auto table = read_table("\n\nname\n\na\r\r\nb\n,\n");
  ASSERT_TRUE(table);
  ASSERT_EQ(table->rows.size(), 2u);
  EXPECT_EQ(table->rows[0].line, 5u);
  EXPECT_EQ(table->rows[1].line, 7u);
}

TEST(Csv, FillsShortRowsAndMarksLongOnesAndStrayQuotesAsBroken) {
  auto table = read_table("a,b\n1\n1,2,3\n1,2,,\n\"x\"y,2\n");
  ASSERT_TRUE(table);
  ASSERT_EQ(table->rows.size(), 4u);
  EXPECT_EQ(table->rows[0].cells, (Cells{"1", ""}));
  EXPECT_FALSE(table->rows[0].broken);
  EXPECT_TRUE(table->rows[1].broken);
  EXPECT_FALSE(table->rows[2].broken);
  EXPECT_EQ(table->rows[3].cells[0], "xy");
}

TEST(Csv, TakesSemicolonsAndTabsForSeparators) {
  EXPECT_EQ(read_table("a;b\n1;2,5\n")->rows[0].cells, (Cells{"1", "2,5"}));
  EXPECT_EQ(read_table("a\tb\n1\t2\n")->rows[0].cells, (Cells{"1", "2"}));
}

TEST(Csv, ReadsTheSameFromUtf8Gb18030AndUtf16) {
  std::string text = "学校名称,区县\n云溪实验小学,云溪区\n㐀镇中心校,云溪区\n";
  auto plain = read_table(text);
  ASSERT_TRUE(plain);
  for (const auto& bytes :
       {"\xef\xbb\xbf" + text, in_encoding("GB18030", text), in_encoding("UTF-16", text)}) {
    auto other = read_table(bytes);
    ASSERT_TRUE(other) << other.error().detail;
    EXPECT_EQ(other->columns, plain->columns);
    EXPECT_EQ(other->rows[1].cells, plain->rows[1].cells);
  }
}

TEST(Csv, TrimsBlanksOfBothKinds) {
  EXPECT_EQ(read_table("a\n \xe3\x80\x80x \n")->rows[0].cells[0], "x");
}

TEST(Csv, RefusesWhatIsNoText) {
  auto table = read_table(std::string("\x00\x01\xff\xff\xff", 5));
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().key, "table.malformed");
  EXPECT_EQ(table.error().args.at("reason").get_string(), "encoding");
}

TEST(Csv, RefusesAnUnendedQuoteAndAnEmptyFile) {
  EXPECT_EQ(read_table("a,b\n\"x,1\n").error().args.at("reason").get_string(), "quotes");
  EXPECT_EQ(read_table("").error().key, "table.empty");
  EXPECT_EQ(read_table("\n \n").error().key, "table.empty");
}

TEST(Csv, RefusesWhatIsTooLarge) {
  EXPECT_EQ(read_table("a\n" + std::string(kTableCellBytesMost + 1, 'x')).error().args.at("reason"),
            "cell");
  std::string wide;
  for (std::size_t i = 0; i <= kTableColumnsMost; ++i) wide += "x,";
  EXPECT_EQ(read_table(wide).error().args.at("reason"), "columns");
  std::string tall = "a\n";
  for (std::size_t i = 0; i <= kTableRowsMost; ++i) tall += "x\n";
  EXPECT_EQ(read_table(tall).error().args.at("reason"), "rows");
  EXPECT_EQ(read_table(std::string(kTableBytesMost + 1, 'x')).error().args.at("reason"), "bytes");
}

TEST(Xlsx, ReadsTheFirstSheetWithSharedInlineAndRichTextAndNumbers) {
  auto table = read_table(workbook(
      R"(<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>区县</t></is></c><c r="C1" t="s"><v>1</v></c></row>)"
      R"(<row r="3"><c r="A3" t="str"><v>甲校</v></c><c r="C3"><v>2.150000001E9</v></c></row>)"
      R"(<row r="4"><c r="B4"><v>500190</v></c><c r="C4"><v>1.5</v></c></row>)",
      R"(<si><t>学校名称</t></si><si><r><t>代</t></r><r><rPr/><t>码</t></r><rPh><t>dai</t></rPh></si>)"));
  ASSERT_TRUE(table) << table.error().detail;
  EXPECT_EQ(table->format, "xlsx");
  EXPECT_EQ(table->columns, (Cells{"学校名称", "区县", "代码"}));
  ASSERT_EQ(table->rows.size(), 2u);
  EXPECT_EQ(table->rows[0].line, 3u);
  EXPECT_EQ(table->rows[0].cells, (Cells{"甲校", "", "2150000001"}));
  EXPECT_EQ(table->rows[1].cells, (Cells{"", "500190", "1.5"}));
}

TEST(Xlsx, ReadsElementsWithANamespacePrefixAndCellsWithoutReference) {
  auto bytes = zipped(
      {{"xl/workbook.xml", R"(<x:workbook><x:sheets><x:sheet r:id="a"/></x:sheets></x:workbook>)"},
       {"xl/_rels/workbook.xml.rels",
        R"(<Relationships><Relationship Id="a" Target="/xl/s.xml"/></Relationships>)"},
       {"xl/s.xml",
        R"(<x:worksheet><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c>)"
        R"(<x:c/><x:c t="inlineStr"><x:is><x:t>b</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>)"}});
  auto table = read_table(bytes);
  ASSERT_TRUE(table) << table.error().detail;
  EXPECT_EQ(table->columns, (Cells{"a", "", "b"}));
}

TEST(Xlsx, RefusesATextThatIsNotThereAndAWorkbookWithoutSheet) {
  EXPECT_EQ(read_table(workbook(R"(<row><c t="s"><v>3</v></c></row>)")).error().key,
            "table.malformed");
  EXPECT_EQ(read_table(zipped({{"xl/workbook.xml", "<workbook/>"}})).error().args.at("reason"),
            "sheet");
  EXPECT_EQ(read_table(zipped({{"a.txt", "x"}})).error().args.at("reason"), "workbook");
  EXPECT_EQ(read_table(zipped({{"xl/workbook.xml", "no xml <"}})).error().args.at("reason"),
            "workbook");
}

TEST(Xlsx, RefusesABombBeforeItIsUnpacked) {
  // A run of blanks that packs a thousandfold.
  auto bytes = workbook(std::string(kTableBytesMost + 1024, ' '));
  ASSERT_LT(bytes.size(), kTableBytesMost / 100);
  auto table = read_table(bytes);
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().key, "table.too_large");
  // One long text that a million cells point at.
  std::string rows;
  for (int i = 0; i < 100'000; ++i) rows += "<row><c t=\"s\"><v>0</v></c></row>";
  auto many = read_table(
      workbook(rows, "<si><t>" + std::string(kTableCellBytesMost - 1, 'x') + "</t></si>"));
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().args.at("reason"), "bytes");
}

TEST(Xlsx, RefusesTheWorkbookOfOldByName) {
  EXPECT_EQ(read_table("\xd0\xcf\x11\xe0 and so on").error().args.at("reason"), "workbook");
}

TEST(Tables, ComeThroughTruncatedAndDamagedFilesWithoutHarm) {
  std::string csv = "学校名称,区县\n\"云溪, 小学\",云溪区\n";
  std::string xlsx = workbook(
      R"(<row r="1"><c r="A1" t="s"><v>0</v></c><c r="ZZZZZ1"><v>1</v></c></row><row r="99999999999"><c><v>2</v></c></row>)",
      "<si><t>a</t></si>");
  std::mt19937 random(20260302);
  for (const auto& whole : {csv, in_encoding("GB18030", csv), xlsx}) {
    for (std::size_t cut = 0; cut < whole.size(); ++cut)
      (void)read_table(std::string_view(whole).substr(0, cut)).has_value();
    for (int round = 0; round < 3000; ++round) {
      std::string damaged = whole;
      for (int hits = 0; hits < 3; ++hits)
        damaged[random() % damaged.size()] = static_cast<char>(random());
      (void)read_table(damaged).has_value();
    }
  }
  for (int round = 0; round < 500; ++round) {
    std::string garbage(random() % 400, '\0');
    for (auto& c : garbage) c = static_cast<char>(random());
    (void)read_csv(garbage).has_value();
    (void)read_xlsx("PK\x03\x04" + garbage).has_value();
  }
}

TEST(CsvOut, QuotesAndDisarmsFormulas) {
  EXPECT_EQ(csv_cell("plain"), "plain");
  EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_cell("say \"x\""), "\"say \"\"x\"\"\"");
  EXPECT_EQ(csv_cell("=1+1"), "'=1+1");
  EXPECT_EQ(csv_cell("@sum(a,b)"), "\"'@sum(a,b)\"");
  EXPECT_EQ(csv_cell("-5.5"), "-5.5");
  EXPECT_EQ(csv_line({"a", "", "b"}), "a,,b\r\n");
}

}  // namespace
}  // namespace anxiao::usecases
