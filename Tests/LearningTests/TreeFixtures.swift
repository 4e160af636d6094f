import Learning
import Quantities
