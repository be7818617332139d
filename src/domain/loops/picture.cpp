#include "domain/loops/picture.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "domain/loops/outline.h"

namespace anxiao::loops {

namespace {

constexpr double kBoxWidth = 132;
constexpr double kGap = 116;
constexpr std::size_t kColumns = 4;
constexpr double kMargin = 20;
constexpr double kLane = 20;  // between two arrows that run side by side
constexpr double kLine = 15;  // of small text
constexpr double kSmall = 11.5;
constexpr double kLarge = 15;
constexpr double kDoor = 30;  // length of the arrow into an opening stage
constexpr double kSkew = 11;  // so that an arrow up and an arrow down do not share a line
constexpr double kArc = 30;   // rise of a return within a row

constexpr const char* kInk = "#1f2d3a";
constexpr const char* kStroke = "#4a5a6a";
constexpr const char* kReturn = "#8a4b1f";
constexpr const char* kSoft = "#5b6b7a";

// --- text ---

std::vector<std::string> letters_of(const std::string& text) {
  std::vector<std::string> letters;
  for (char byte : text) {
    if ((static_cast<unsigned char>(byte) & 0xc0) != 0x80 || letters.empty())
      letters.emplace_back();
    letters.back() += byte;
  }
  return letters;
}

// Wide scripts take a square, the others about half of one.
double width_of(const std::string& text, double size) {
  double width = 0;
  for (const auto& letter : letters_of(text)) width += size * (letter.size() >= 3 ? 1.0 : 0.56);
  return width;
}

// Lines no wider than `most`, broken at blanks where there are any, else between letters.
std::vector<std::string> wrapped(const std::string& text, double size, double most) {
  std::vector<std::string> lines(1);
  std::string word;
  auto put = [&] {
    auto& line = lines.back();
    if (!line.empty() && width_of(line + word, size) > most) lines.emplace_back();
    lines.back() += word;
    word.clear();
  };
  for (const auto& letter : letters_of(text)) {
    word += letter;
    if (letter == " " || letter.size() >= 3) put();
  }
  put();
  for (auto& line : lines)
    while (line.ends_with(' ')) line.pop_back();
  return lines;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (char byte : text) {
    switch (byte) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += byte;
    }
  }
  return out;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  std::string out(text);
  return out.ends_with(".0") ? out.substr(0, out.size() - 2) : out;
}

std::string hours_text(const pack::Stage& stage) {
  if (stage.end || stage.term_hours.empty()) return {};
  auto [least, most] = std::ranges::minmax_element(stage.term_hours, {},
                                                   [](const auto& entry) { return entry.second; });
  auto text = number(least->second);
  if (most->second != least->second) text += "\u2013" + number(most->second);
  return text + " h";
}

// --- what is placed ---

struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  std::size_t row = 0;
  std::size_t column = 0;
  double x = 0;
  double y = 0;
  double height = 0;
  std::vector<std::string> name;
  std::vector<std::string> records;
  std::string hours;
  double middle() const { return x + kBoxWidth / 2; }
};

// The piece of an arrow that runs along the gutter above row `gutter`.
struct Run {
  std::size_t gutter = 0;
  double from = 0;
  double to = 0;
  std::size_t lane = 0;
  bool named = false;
};

struct Route {
  enum class Shape { straight, arc, lanes } shape = Shape::straight;
  bool from_top = false;
  bool to_top = true;
  double from_x = 0;
  double to_x = 0;
  double side_x = 0;  // of the channel beside the rows, where there are two runs
  std::vector<Run> runs;
};

struct Drawing {
  Outline outline;
  std::vector<Box> boxes;
  std::vector<Route> routes;  // one for each way of the outline
  std::size_t rows = 0;
  double left = 0;  // room for channels at the left
  double width = 0;
  double height = 0;
  std::vector<double> row_heights;
  std::vector<double> gutter_tops;  // y of each gutter
  std::vector<std::size_t> lanes;   // in each gutter
  std::vector<double> heads;        // room above each row for doors and returns
};

double label_width(const std::vector<std::string>& names) {
  double width = 0;
  for (const auto& name : names) width += width_of(name, kSmall) + 10;
  return width;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : " \u00b7 ") + name;
  return text;
}

// --- placing ---

void place_boxes(Drawing& drawing, const pack::Chart& chart, bool english) {
  for (std::size_t i = 0; i < chart.stages.size(); ++i) {
    const auto& stage = chart.stages[i];
    Box box;
    box.row = i / kColumns;
    box.column = i % kColumns;
    box.name = wrapped(english ? stage.name.en : stage.name.zh, kLarge, kBoxWidth - 16);
    box.hours = hours_text(stage);
    for (const auto& record : drawing.outline.records[i])
      for (const auto& line : wrapped(record, kSmall, kBoxWidth - 34)) box.records.push_back(line);
    auto small_lines = box.records.size() + (box.hours.empty() ? 0 : 1);
    box.height =
        20 + 19 * static_cast<double>(box.name.size()) + kLine * static_cast<double>(small_lines);
    drawing.boxes.push_back(std::move(box));
  }
  drawing.rows = (chart.stages.size() + kColumns - 1) / kColumns;
  drawing.row_heights.assign(drawing.rows, 56);
  for (const auto& box : drawing.boxes)
    drawing.row_heights[box.row] = std::max(drawing.row_heights[box.row], box.height);
  for (auto& box : drawing.boxes) box.height = drawing.row_heights[box.row];
}

Route route_of(const Drawing& drawing, const Way& way) {
  const auto& from = drawing.boxes[way.from];
  const auto& to = drawing.boxes[way.to];
  Route route;
  if (from.row == to.row) {
    bool onward = to.column > from.column;
    if (to.column == from.column + 1 && way.forward) return route;
    route.shape = onward ? Route::Shape::lanes : Route::Shape::arc;
    route.from_top = route.to_top = !onward;
    if (onward) route.runs = {{.gutter = from.row + 1}};
    return route;
  }
  route.shape = Route::Shape::lanes;
  bool down = to.row > from.row;
  route.from_top = !down;
  route.to_top = down;
  auto leave = down ? from.row + 1 : from.row;
  auto arrive = down ? to.row : to.row + 1;
  route.runs = {{.gutter = leave}};
  if (arrive != leave) route.runs.push_back({.gutter = arrive});
  return route;
}

// Arrows share the upper or lower side of a box evenly, in the order of where they lead.
void place_ports(Drawing& drawing) {
  struct Port {
    double towards;
    double* x;
  };
  for (std::size_t at = 0; at < drawing.boxes.size(); ++at)
    for (bool top : {true, false}) {
      std::vector<Port> ports;
      double door = 0;
      for (std::size_t i = 0; i < drawing.routes.size(); ++i) {
        auto& route = drawing.routes[i];
        const auto& way = drawing.outline.ways[i];
        if (route.shape == Route::Shape::straight) continue;
        if (way.from == at && route.from_top == top)
          ports.push_back({drawing.boxes[way.to].middle(), &route.from_x});
        if (way.to == at && route.to_top == top)
          ports.push_back({drawing.boxes[way.from].middle(), &route.to_x});
      }
      if (top && !drawing.outline.doors[at].empty())
        ports.push_back({drawing.boxes[at].middle(), &door});
      std::ranges::stable_sort(ports, {}, &Port::towards);
      for (std::size_t i = 0; i < ports.size(); ++i)
        *ports[i].x =
            drawing.boxes[at].x + (top ? 0 : -kSkew) +
            kBoxWidth * static_cast<double>(i + 1) / static_cast<double>(ports.size() + 1);
      if (door > 0) drawing.outline.door_x[at] = door;
    }
}

// Gives each run a lane in which it meets no other, its name included.
void place_lanes(Drawing& drawing) {
  drawing.lanes.assign(drawing.rows + 1, 0);
  std::vector<std::vector<std::vector<std::pair<double, double>>>> taken(drawing.rows + 1);
  for (std::size_t i = 0; i < drawing.routes.size(); ++i)
    for (auto& run : drawing.routes[i].runs) {
      double low = std::min(run.from, run.to), high = std::max(run.from, run.to);
      if (run.named) {
        double half = label_width(drawing.outline.ways[i].names) / 2, centre = (low + high) / 2;
        low = std::min(low, centre - half);
        high = std::max(high, centre + half);
      }
      auto& lanes = taken[run.gutter];
      auto free = std::ranges::find_if(lanes, [&](const auto& lane) {
        return std::ranges::none_of(lane, [&](const auto& other) {
          return low - 8 < other.second && other.first - 8 < high;
        });
      });
      run.lane = static_cast<std::size_t>(free - lanes.begin());
      if (free == lanes.end()) lanes.emplace_back();
      lanes[run.lane].emplace_back(low, high);
      drawing.lanes[run.gutter] = lanes.size();
    }
}

void place_runs(Drawing& drawing) {
  double beside = 0;
  for (auto& route : drawing.routes) {
    if (route.runs.size() == 2) route.side_x = drawing.left - kLane * ++beside;
    if (route.runs.size() == 1) route.runs[0].from = route.from_x, route.runs[0].to = route.to_x;
    if (route.runs.size() == 2) {
      route.runs[0].from = route.from_x;
      route.runs[0].to = route.runs[1].from = route.side_x;
      route.runs[1].to = route.to_x;
    }
    auto longest = std::ranges::max_element(
        route.runs, {}, [](const Run& run) { return std::abs(run.to - run.from); });
    if (longest != route.runs.end()) longest->named = true;
  }
  place_lanes(drawing);
}

void place_rows(Drawing& drawing) {
  drawing.heads.assign(drawing.rows + 1, 0);
  for (std::size_t i = 0; i < drawing.boxes.size(); ++i)
    if (auto doors = drawing.outline.doors[i].size(); doors > 0) {
      auto& head = drawing.heads[drawing.boxes[i].row];
      head = std::max(head, kDoor + 8 + kLine * static_cast<double>(doors));
    }
  for (std::size_t i = 0; i < drawing.routes.size(); ++i)
    if (drawing.routes[i].shape == Route::Shape::arc) {
      auto& head = drawing.heads[drawing.boxes[drawing.outline.ways[i].from].row];
      head = std::max(head,
                      kArc + kLine * static_cast<double>(drawing.outline.ways[i].names.size()) + 8);
    }
  double y = kMargin;
  for (std::size_t row = 0; row <= drawing.rows; ++row) {
    drawing.gutter_tops.push_back(y + 14);
    if (drawing.lanes[row] > 0)
      y += 22 + kLane * static_cast<double>(drawing.lanes[row]);
    else if (row > 0 && row < drawing.rows)
      y += 24;
    y += drawing.heads[row];
    for (auto& box : drawing.boxes)
      if (box.row == row) box.y = y;
    if (row < drawing.rows) y += drawing.row_heights[row];
  }
  drawing.height = y + kMargin;
}

Drawing drawing_of(const pack::Chart& chart, bool english) {
  Drawing drawing;
  drawing.outline = outline_of(chart, english);
  place_boxes(drawing, chart, english);
  double channels = 0;
  for (const auto& way : drawing.outline.ways) {
    drawing.routes.push_back(route_of(drawing, way));
    if (drawing.routes.back().runs.size() == 2) channels += 1;
  }
  drawing.left = kMargin + kLane * channels;
  auto columns = static_cast<double>(std::min(kColumns, chart.stages.size()));
  for (auto& box : drawing.boxes)
    box.x = drawing.left + static_cast<double>(box.column) * (kBoxWidth + kGap);
  drawing.width = drawing.left + columns * kBoxWidth + (columns - 1) * kGap + kMargin;
  place_ports(drawing);
  place_runs(drawing);
  place_rows(drawing);
  return drawing;
}

// --- drawing ---

std::string text_at(double x, double y, const std::string& text, double size, const char* colour,
                    const char* extra = "") {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" font-size=\"" + number(size) +
         "\" fill=\"" + colour + "\" text-anchor=\"middle\"" + extra + ">" + escaped(text) +
         "</text>\n";
}

// A name on an arrow, with a rim of paper so that the line behind does not disturb it.
std::string name_at(double x, double y, const std::string& text, bool forward) {
  return text_at(
      x, y, text, kSmall, forward ? kInk : kReturn,
      " stroke=\"#ffffff\" stroke-width=\"6\" stroke-linejoin=\"round\" paint-order=\"stroke\"");
}

std::string path_of(const std::vector<Point>& points) {
  auto at = [](const Point& p) { return number(p.x) + " " + number(p.y); };
  std::string d = "M" + at(points.front());
  for (std::size_t i = 1; i + 1 < points.size(); ++i) {
    const auto &before = points[i - 1], &corner = points[i], &next = points[i + 1];
    auto towards = [&](const Point& other) {
      double length = std::hypot(other.x - corner.x, other.y - corner.y);
      double step = length > 0 ? std::min(8.0, length / 2) / length : 0;
      return Point{corner.x + (other.x - corner.x) * step, corner.y + (other.y - corner.y) * step};
    };
    d += " L" + at(towards(before)) + " Q" + at(corner) + " " + at(towards(next));
  }
  return d + " L" + at(points.back());
}

std::string arrow(const std::string& d, bool forward, const std::string& id) {
  return "<path d=\"" + d + "\" fill=\"none\" stroke=\"" + (forward ? kStroke : kReturn) +
         "\" stroke-width=\"1.6\"" + (forward ? "" : " stroke-dasharray=\"6 4\"") +
         " marker-end=\"url(#" + (forward ? "on-" : "back-") + escaped(id) + ")\"/>\n";
}

struct Drawn {
  std::string arrows;
  std::string names;
};

void draw_straight(const Drawing& drawing, const Way& way, const std::string& id, Drawn& into) {
  const auto &from = drawing.boxes[way.from], &to = drawing.boxes[way.to];
  double y = from.y + from.height / 2;
  into.arrows += arrow(path_of({{from.x + kBoxWidth, y}, {to.x - 1, y}}), way.forward, id);
  // The first half of the names above the line, the rest beneath it.
  auto half = (way.names.size() + 1) / 2;
  std::vector<std::string> above, beneath;
  for (std::size_t i = 0; i < way.names.size(); ++i)
    for (const auto& line : wrapped(way.names[i], kSmall, kGap - 14))
      (i < half ? above : beneath).push_back(line);
  double x = (from.x + kBoxWidth + to.x) / 2 - 3;
  for (std::size_t i = 0; i < above.size(); ++i)
    into.names += name_at(x, y - 6 - kLine * static_cast<double>(above.size() - 1 - i), above[i],
                          way.forward);
  for (std::size_t i = 0; i < beneath.size(); ++i)
    into.names += name_at(x, y + 15 + kLine * static_cast<double>(i), beneath[i], way.forward);
}

void draw_arc(const Drawing& drawing, const Way& way, const Route& route, const std::string& id,
              Drawn& into) {
  double y = drawing.boxes[way.from].y, to_y = drawing.boxes[way.to].y;
  double top = y - kArc * 1.3;
  into.arrows += arrow("M" + number(route.from_x) + " " + number(y) + " C" + number(route.from_x) +
                           " " + number(top) + " " + number(route.to_x) + " " + number(top) + " " +
                           number(route.to_x) + " " + number(to_y - 1),
                       way.forward, id);
  for (std::size_t i = 0; i < way.names.size(); ++i)
    into.names += name_at((route.from_x + route.to_x) / 2,
                          y - kArc - 4 - kLine * static_cast<double>(way.names.size() - 1 - i),
                          way.names[i], way.forward);
}

void draw_lanes(const Drawing& drawing, const Way& way, const Route& route, const std::string& id,
                Drawn& into) {
  const auto &from = drawing.boxes[way.from], &to = drawing.boxes[way.to];
  std::vector<Point> points = {{route.from_x, route.from_top ? from.y : from.y + from.height}};
  for (const auto& run : route.runs) {
    double y = drawing.gutter_tops[run.gutter] + kLane * static_cast<double>(run.lane) + 4;
    points.push_back({run.from, y});
    points.push_back({run.to, y});
    if (run.named)
      into.names += name_at((run.from + run.to) / 2, y + 4, joined(way.names), way.forward);
  }
  points.push_back({route.to_x, route.to_top ? to.y - 1 : to.y + to.height + 1});
  into.arrows += arrow(path_of(points), way.forward, id);
}

void draw_door(const Drawing& drawing, std::size_t at, const std::string& id, Drawn& into) {
  const auto& names = drawing.outline.doors[at];
  if (names.empty()) return;
  double x = drawing.outline.door_x[at], y = drawing.boxes[at].y;
  into.arrows += "<circle cx=\"" + number(x) + "\" cy=\"" + number(y - kDoor) +
                 "\" r=\"4\" fill=\"" + kStroke + "\"/>\n";
  into.arrows += arrow(path_of({{x, y - kDoor}, {x, y - 1}}), true, id);
  for (std::size_t i = 0; i < names.size(); ++i)
    into.names += name_at(x, y - kDoor - 9 - kLine * static_cast<double>(names.size() - 1 - i),
                          names[i], true);
}

std::string box_text(const Box& box, const pack::Stage& stage, bool present) {
  std::string out =
      "<rect x=\"" + number(box.x) + "\" y=\"" + number(box.y) + "\" width=\"" + number(kBoxWidth) +
      "\" height=\"" + number(box.height) + "\" rx=\"" + (stage.end ? "26" : "8") + "\" fill=\"" +
      (present     ? "#fff3d0"
       : stage.end ? "#e9eef2"
                   : "#ffffff") +
      "\" stroke=\"" + kInk + "\" stroke-width=\"" + (present ? "4.5" : "1.3") + "\"/>\n";
  auto small_lines = box.records.size() + (box.hours.empty() ? 0 : 1);
  double used =
      19 * static_cast<double>(box.name.size()) + kLine * static_cast<double>(small_lines);
  double y = box.y + (box.height - used) / 2 + 15;
  for (const auto& line : box.name) {
    out += text_at(box.middle(), y, line, kLarge, kInk, " font-weight=\"600\"");
    y += 19;
  }
  if (!box.hours.empty()) {
    out += text_at(box.middle(), y - 2, box.hours, kSmall, kSoft);
    y += kLine;
  }
  for (const auto& line : box.records) {
    out += text_at(box.middle(), y - 1, line, kSmall, kSoft);
    y += kLine;
  }
  return out;
}

std::string marker(const std::string& id, const char* colour) {
  return "<marker id=\"" + escaped(id) +
         "\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" "
         "orient=\"auto-start-reverse\"><path d=\"M0 0 L10 5 L0 10 z\" fill=\"" +
         colour + "\"/></marker>\n";
}

}  // namespace

std::string picture(const pack::Chart& chart, const std::string& language,
                    const std::string& here) {
  bool english = language == "en";
  auto drawing = drawing_of(chart, english);
  Drawn drawn;
  for (std::size_t i = 0; i < drawing.routes.size(); ++i) {
    const auto& way = drawing.outline.ways[i];
    const auto& route = drawing.routes[i];
    if (route.shape == Route::Shape::straight) draw_straight(drawing, way, chart.id, drawn);
    if (route.shape == Route::Shape::arc) draw_arc(drawing, way, route, chart.id, drawn);
    if (route.shape == Route::Shape::lanes) draw_lanes(drawing, way, route, chart.id, drawn);
  }
  std::string boxes;
  for (std::size_t i = 0; i < drawing.boxes.size(); ++i) {
    draw_door(drawing, i, chart.id, drawn);
    boxes += box_text(drawing.boxes[i], chart.stages[i], chart.stages[i].id == here);
  }
  auto size = number(drawing.width) + " " + number(drawing.height);
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + "\" width=\"" +
         number(drawing.width) + "\" height=\"" + number(drawing.height) +
         "\" role=\"img\" lang=\"" + (english ? "en" : "zh-CN") + "\" aria-labelledby=\"title-" +
         escaped(chart.id) + " desc-" + escaped(chart.id) +
         "\" font-family=\"system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif\">\n" +
         "<title id=\"title-" + escaped(chart.id) + "\">" +
         escaped(english ? chart.name.en : chart.name.zh) + "</title>\n<desc id=\"desc-" +
         escaped(chart.id) + "\">" +
         escaped(description_of(chart, drawing.outline, english, here)) + "</desc>\n<defs>" +
         marker("on-" + chart.id, kStroke) + marker("back-" + chart.id, kReturn) +
         "</defs>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" + drawn.arrows +
         boxes + drawn.names + "</svg>\n";
}

}  // namespace anxiao::loops
