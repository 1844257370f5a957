// A table of text, lined up for a terminal or as Markdown.
#pragma once

#include <string>
#include <vector>

namespace removr::bench {

class Table {
 public:
  explicit Table(std::vector<std::string> header) { rows_.push_back(std::move(header)); }

  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  // The first column to the left, the others to the right; ends with a line break. Widths count UTF-8 characters.
  std::string Text(bool markdown) const;

 private:
  std::vector<std::vector<std::string>> rows_;  // the header first
};

// "12.3"; "–" for a value that is not a number.
std::string Number(double value, int decimals);

struct Summary {
  double mean = 0, deviation = 0, lower = 0, median = 0,
         upper = 0;  // sample deviation; quartiles by linear interpolation
};
// All 0 where `values` is empty.
Summary Summarise(std::vector<double> values);

}  // namespace removr::bench
