// The code on the printed sheet of a point: whoever gives it was at the sheet, or was told by
// somebody who was. It follows from the point and a secret of the district, so it need not be kept,
// and a sheet cannot be made up for a point whose id is known.

#pragma once

#include <string>
#include <vector>

#include "usecases/office.h"
#include "usecases/page.h"

namespace anxiao::usecases {

inline constexpr std::size_t kPointCodeCharacters = 12;

// Empty where no sheet of the point's district was ever made: no code is right then.
std::string code_of_point(Reader& reader, const std::string& point);

struct PointCode {
  std::string point;
  std::string code;
};
BOOST_DESCRIBE_STRUCT(PointCode, (), (point, code))

// Whoever may change the point may print its sheet. Refuses `not_found`, also of an ended point.
Result<PointCode> read_point_code(Transaction& transaction, const Office& office,
                                  const std::string& point);

struct Sheet {
  Ref point;
  std::string place;
  Ref organisation;
  std::string code;
};
BOOST_DESCRIBE_STRUCT(Sheet, (), (point, place, organisation, code))

// The sheets of the points on the list at one organisation, in order of their names.
Result<std::vector<Sheet>> list_sheets(Transaction& transaction, const Office& office,
                                       const std::string& organisation);

}  // namespace anxiao::usecases
