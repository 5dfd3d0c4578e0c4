# Works the scores out again from the raw answers in responses.csv, with what scoring.csv says each answer
# counts. Base R is enough. Run it in the bundle's folder: Rscript scores.R
# For labels: responses <- haven::read_sav("responses.sav", user_na = TRUE)

responses <- read.csv("responses.csv")
scoring <- read.csv("scoring.csv")

# One score of every response. All sums are of whole numbers, so the mean is exact to the last digit.
work_out <- function(name) {
  rules <- scoring[scoring$score == name, ]
  first <- rules[1, ]
  answered <- weights <- points <- numeric(nrow(responses))
  for (item in unique(rules$item)) {
    rule <- rules[rules$item == item, ]
    place <- match(responses[[item]], rule$code)
    given <- !is.na(place)
    answered <- answered + given
    weights <- weights + ifelse(given, rule$weight[place], 0)
    points <- points + ifelse(given, rule$points[place], 0)
  }
  scored <- answered >= first$min_answered & weights > 0
  whole <- weights * first$unit
  mean <- ifelse(scored, points / whole, NA)
  positive <- first$above_denominator * points > first$above_numerator * whole
  data.frame(
    n = answered,
    mean = mean,
    pomp = 100 * (mean - first$low) / (first$high - first$low),
    pos = ifelse(scored, as.integer(positive), NA)
  )
}

# Cronbach's alpha of those who answered all items, keyed.
alpha <- function(name) {
  rules <- scoring[scoring$score == name, ]
  items <- unique(rules$item)
  keyed <- sapply(items, function(item) {
    rule <- rules[rules$item == item, ]
    rule$keyed[match(responses[[item]], rule$code)]
  })
  covariance <- cov(keyed[complete.cases(keyed), , drop = FALSE])
  k <- length(items)
  k / (k - 1) * (1 - sum(diag(covariance)) / sum(covariance))
}

# Share of positive scores with Wilson's 95 % interval.
wilson <- function(count, n) {
  z <- qnorm(0.975)
  middle <- (count + z^2 / 2) / (n + z^2)
  half <- z / (n + z^2) * sqrt(count * (n - count) / n + z^2 / 4)
  c(middle - half, middle + half)
}

names_of_scores <- unique(scoring$score)
scores <- lapply(setNames(names_of_scores, names_of_scores), work_out)

# What is worked out here is what stands in the file, to the last digit.
for (name in names_of_scores) {
  for (column in c("n", "mean", "pomp", "pos")) {
    stopifnot(identical(
      as.numeric(responses[[paste(name, column, sep = "_")]]),
      as.numeric(scores[[name]][[column]])
    ))
  }
}

summary_of_scores <- do.call(rbind, lapply(names_of_scores, function(name) {
  one <- scores[[name]]
  n <- sum(!is.na(one$mean))
  positive <- sum(one$pos, na.rm = TRUE)
  range <- 100 * wilson(positive, n)
  data.frame(
    score = name, scored = n, mean = mean(one$mean, na.rm = TRUE), positive = 100 * positive / n,
    low = range[1], high = range[2], alpha = alpha(name)
  )
}))
write.csv(summary_of_scores, stdout(), row.names = FALSE)
