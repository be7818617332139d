#include "usecases/workbooks.h"

#include <gtest/gtest.h>

#include "usecases/tables.h"

namespace anxiao::usecases {
namespace {

TEST(AWorkbook, IsReadAgainAsItWasWritten) {
  const auto bytes =
      write_workbook({{.name = "保险单",
                       .columns = {{.head = "保单号", .wanted = true},
                                   {.head = "保费", .kind = CellKind::money},
                                   {.head = "到期", .kind = CellKind::day}},
                       .rows = {{std::string("=1+1"), 4200.5, double(kExcelDayOf1970 + 20000)},
                                {std::string("0012"), std::string(), std::string()}}}});
  const auto table = read_table(bytes);
  ASSERT_TRUE(table) << table.error().detail;
  EXPECT_EQ(table->columns, (std::vector<std::string>{"保单号", "保费", "到期"}));
  ASSERT_EQ(table->rows.size(), 2u);
  EXPECT_EQ(table->rows[0].cells, (std::vector<std::string>{"=1+1", "4200.5", "45569"}));
  EXPECT_EQ(table->rows[1].cells[0], "0012");
}

TEST(AWorkbook, WithoutRowsIsReadyForThem) {
  const auto bytes = write_workbook(
      {{.name = "a/b:c",
        .columns = {{.head = "险种",
                     .prompt = std::string(400, 'x'),
                     .choices = "=" + quoted_sheet_name("说明") + "!$A$2:$C$2",
                     .only_choices = true}},
        .rows = {}},
       {.name = "说明", .columns = {{.head = "列"}}, .rows = {{std::string("校方责任险")}}}});
  const auto table = read_table(bytes);
  ASSERT_TRUE(table) << table.error().detail;
  EXPECT_EQ(table->columns, std::vector<std::string>{"险种"});
  EXPECT_TRUE(table->rows.empty());
}

TEST(AWorkbook, NamesItsColumnsByLetters) {
  EXPECT_EQ(column_letters(0), "A");
  EXPECT_EQ(column_letters(25), "Z");
  EXPECT_EQ(column_letters(26), "AA");
  EXPECT_EQ(column_letters(701), "ZZ");
  EXPECT_EQ(column_letters(702), "AAA");
}

}  // namespace
}  // namespace anxiao::usecases
