"""The screen «Долги»: debts of any day, their ages, how they move, and who pays them back."""
